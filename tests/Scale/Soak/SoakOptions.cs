namespace Reconciler.Scale.Soak;

/// <summary>How long a healthy agent is watched, and over what kind of network it works.</summary>
internal sealed record SoakOptions
{
    /// <summary>How long nothing but packets is lost.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Packets lost in each direction, in percent.</summary>
    public required int Loss { get; init; }

    /// <summary>Domains that run on the host meanwhile.</summary>
    public required int Domains { get; init; }
}
