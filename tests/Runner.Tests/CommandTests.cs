namespace Reconciler.Testing.Runner.Tests;

public sealed class CommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("reconciler-runner-");

    [Fact]
    public async Task Output_is_kept_and_the_exit_code_told()
    {
        var result = await Shell("echo out; echo err >&2; exit 3").RunAsync(TestContext.Current.CancellationToken);
        result.ExitCode.ShouldBe(3);
        result.Succeeded.ShouldBeFalse();
        (await File.ReadAllLinesAsync(Log, TestContext.Current.CancellationToken)).ShouldBe(["out", "err"], ignoreOrder: true);
    }

    [Fact]
    public async Task At_its_limit_a_program_is_killed_with_its_children()
    {
        var pid = Path.Combine(_folder.FullName, "child");
        var command = Shell($"sleep 600 & echo $! >{pid}; wait") with { Limit = TimeSpan.FromSeconds(1) };
        (await command.RunAsync(TestContext.Current.CancellationToken)).TimedOut.ShouldBeTrue();
        var child = (await File.ReadAllTextAsync(pid, TestContext.Current.CancellationToken)).Trim();
        IsAlive(child).ShouldBeFalse();
    }

    // A killed process stays as a zombie until its parent, init by then, takes notice.
    private static bool IsAlive(string pid)
    {
        var status = $"/proc/{pid}/status";
        return File.Exists(status) && !File.ReadLines(status).Any(line => line.StartsWith("State:\tZ", StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string Log => Path.Combine(_folder.FullName, "log");

    private Command Shell(string script) => new("test", "bash", ["-c", script])
    {
        WorkingDirectory = _folder.FullName,
        LogFile = Log,
        Limit = TimeSpan.FromMinutes(1),
    };
}
