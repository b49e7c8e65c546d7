using Reconciler.Agent.Storage.Tools;

namespace Reconciler.Agent.Tests.Storage;

public sealed class HostToolsTests
{
    [Fact]
    public async Task A_program_gets_its_arguments_as_they_are_and_tells_how_it_ended()
    {
        var result = await new HostTools().RunAsync("sh", "-c", "printf '%s' \"$1\"; echo one >&2; echo two >&2; exit 3", "sh", "a b; $HOME");

        result.ShouldBe(new ToolResult(3, "a b; $HOME", "one; two"));
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_no_failure() => (await new HostTools().RunAsync("no-such-program")).ShouldBeNull();
}
