using Reconciler.Api.Domains;
using Reconciler.Api.Networks;

namespace Reconciler.Cli.Importing;

/// <summary>What a file came to.</summary>
/// <param name="Networks">One for each bridge, in the order in which the NICs name them.</param>
/// <param name="Domain">With its disks and NICs as templates. Null when there can be none: a finding says why.</param>
/// <param name="Findings">In the order of the file.</param>
internal sealed record ImportedDomain(IReadOnlyList<XenNetwork> Networks, Domain? Domain, IReadOnlyList<Finding> Findings);
