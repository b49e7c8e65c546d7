using Reconciler.Xen.Execution;

namespace Reconciler.Xen.Tests.Execution;

/// <summary>That it kills is shown where there are processes to kill: the crash points on a real host.</summary>
public sealed class FailPointTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    [Fact]
    public void Without_a_file_or_at_another_place_nothing_happens()
    {
        new FailPoint(null).Reached("before:Pause");

        File.WriteAllText(_file, "after:Pause self\n");
        new FailPoint(_file).Reached("before:Pause");
        File.Exists(_file).ShouldBeTrue("it is still armed");

        File.Delete(_file);
        new FailPoint(_file).Reached("after:Pause");
    }

    [Fact]
    public void It_strikes_once()
    {
        File.WriteAllText(_file, "before:Pause nobody\n");
        new FailPoint(_file).Reached("before:Pause");
        File.Exists(_file).ShouldBeFalse();
        File.Exists(_file + ".reached").ShouldBeTrue();
    }

    public void Dispose()
    {
        File.Delete(_file);
        File.Delete(_file + ".reached");
    }
}
