using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Nics;

namespace Reconciler.Cli.Manifests;

/// <summary>The domains and devices of a text, in its order; each is acceptable by itself.</summary>
/// <param name="Domains">Each namespace and name once.</param>
/// <param name="Vbds">Disks that are objects of their own.</param>
/// <param name="Vifs">NICs that are objects of their own.</param>
/// <param name="LeftOut">What else is in it, for people: "web.yaml:12: ConfigMap is not looked at".</param>
internal sealed record ManifestSet(IReadOnlyList<Domain> Domains, IReadOnlyList<Vbd> Vbds, IReadOnlyList<Vif> Vifs, IReadOnlyList<string> LeftOut);
