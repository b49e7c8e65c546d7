namespace Reconciler.Manifests;

/// <summary>A file that is written from the types.</summary>
/// <param name="Path">Relative to the root of the repository, with '/'.</param>
/// <param name="Content">Its whole text, with a line feed at its end.</param>
public sealed record GeneratedFile(string Path, string Content)
{
    internal const string YamlHeader = "# Generated from the types in src/Reconciler.Api by `make generate`; change them, not this file.\n";

    internal const string RbacHeader = "# Generated from the [EntityRbac] attributes by `make generate`; change them, not this file.\n";

    internal const string AdmissionHeader = "# Generated from the types and the [ValidationWebhook] attributes by `make generate`; change them, not this file.\n";

    internal const string MarkdownHeader = "<!-- Generated from the types in src/Reconciler.Api by `make generate`; change them, not this file. -->\n";
}
