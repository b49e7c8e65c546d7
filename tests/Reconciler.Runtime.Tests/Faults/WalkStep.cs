using Reconciler.Testing.Faults;

namespace Reconciler.Runtime.Tests.Faults;

/// <summary>One step of a walk: all that chance has decided is in it, so that a walk can be played again with steps left out.</summary>
/// <param name="Verb">What happens.</param>
/// <param name="Subject">To which object, or which fault.</param>
/// <param name="Amount">How much of it.</param>
internal readonly record struct WalkStep(WalkVerb Verb, int Subject, int Amount)
{
    private const int Names = 12;
    private static readonly WalkVerb[] Weighted =
    [
        .. Enumerable.Repeat(WalkVerb.Create, 14), .. Enumerable.Repeat(WalkVerb.Update, 14), .. Enumerable.Repeat(WalkVerb.Status, 5),
        .. Enumerable.Repeat(WalkVerb.Delete, 8), .. Enumerable.Repeat(WalkVerb.Recreate, 5), .. Enumerable.Repeat(WalkVerb.Move, 7),
        .. Enumerable.Repeat(WalkVerb.Finalizer, 3), .. Enumerable.Repeat(WalkVerb.Label, 3), .. Enumerable.Repeat(WalkVerb.Terminate, 2), .. Enumerable.Repeat(WalkVerb.Readability, 5),
        .. Enumerable.Repeat(WalkVerb.FailNextList, 3), .. Enumerable.Repeat(WalkVerb.FailNextWatch, 3), .. Enumerable.Repeat(WalkVerb.FailFor, 2),
        .. Enumerable.Repeat(WalkVerb.Sever, 4), WalkVerb.SlowDown, WalkVerb.Rewind, WalkVerb.LagBehind, .. Enumerable.Repeat(WalkVerb.Compact, 2),
        .. Enumerable.Repeat(WalkVerb.Reconcile, 5), WalkVerb.ClockJump, .. Enumerable.Repeat(WalkVerb.RestartReflector, 2), WalkVerb.RestartProcess,
        .. Enumerable.Repeat(WalkVerb.Wait, 14), WalkVerb.Compare,
    ];

    /// <summary>The name of the object that it is about.</summary>
    public string Name => $"w{Subject % Names}";

    public ServerFault Fault => (ServerFault)(Subject % Enum.GetValues<ServerFault>().Length);

    public Misbehaviour Misbehaviour => (Misbehaviour)(Subject % Enum.GetValues<Misbehaviour>().Length);

    /// <summary>Mostly no time or milliseconds, so that changes meet; sometimes minutes. Up to ten minutes.</summary>
    public TimeSpan Duration => TimeSpan.FromMilliseconds(Math.Pow(Amount / 1000.0, 6) * TimeSpan.FromMinutes(10).TotalMilliseconds);

    /// <summary>The walk of a seed. It ends with a comparison.</summary>
    public static List<WalkStep> Generate(int seed, int count)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable.Range(0, count - 1).Select(_ => new WalkStep(Weighted[random.Next(Weighted.Length)], random.Next(1000), random.Next(1000))),
            new WalkStep(WalkVerb.Compare, 0, 0),
        ];
    }

    public override string ToString() => Verb switch
    {
        WalkVerb.FailNextList or WalkVerb.FailNextWatch or WalkVerb.Sever => $"{Verb} {Fault}",
        WalkVerb.FailFor => $"{Verb} {Fault} {Duration.TotalSeconds:0.0} s",
        WalkVerb.Reconcile => $"{Verb} {Misbehaviour}",
        WalkVerb.Wait or WalkVerb.SlowDown => $"{Verb} {Duration.TotalSeconds:0.000} s",
        WalkVerb.Rewind or WalkVerb.LagBehind or WalkVerb.ClockJump => $"{Verb} {Amount}",
        WalkVerb.Compact or WalkVerb.RestartReflector or WalkVerb.RestartProcess or WalkVerb.Compare or WalkVerb.LoseLastChange => $"{Verb}",
        _ => $"{Verb} {Name}",
    };
}
