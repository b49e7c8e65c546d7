namespace Reconciler.Cli.Importing;

/// <summary>What a finding means for the manifests.</summary>
internal enum FindingKind
{
    /// <summary>They say the same as the file; there is something to know.</summary>
    Note,

    /// <summary>Something of the file is not in them.</summary>
    Lost,

    /// <summary>There can be none.</summary>
    Fatal,
}
