namespace Reconciler.Testing.Runner;

/// <summary>What came out of one run of one test executable, or of all of them together.</summary>
internal sealed record TestTally(int Passed, int Failed, int Skipped)
{
    public static TestTally None { get; } = new(0, 0, 0);

    public int Total => Passed + Failed + Skipped;

    public override string ToString() => $"{Passed} passed, {Failed} failed, {Skipped} skipped";

    public static TestTally operator +(TestTally left, TestTally right) =>
        new(left.Passed + right.Passed, left.Failed + right.Failed, left.Skipped + right.Skipped);
}
