namespace Reconciler.Runtime.Hosting;

/// <summary>When a part starts; parts stop in the reverse order.</summary>
public enum OperatorPartOrder
{
    /// <summary>Before everything: health must be answerable while the rest comes up, and to the end.</summary>
    Probes,

    /// <summary>Admission endpoints: before stores, as those may need a webhook to be answered.</summary>
    Webhooks,

    /// <summary>After the stores have been started (not synced); needs no leadership.</summary>
    Background,

    /// <summary>As soon as this process leads, and at once where no other competes; before the controllers that need leadership.</summary>
    Leading,
}
