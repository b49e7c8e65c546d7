using System.Text.Json;
using Reconciler.Cli.Importing.XlConfiguration;
using Reconciler.Kubernetes.Model;
using Reconciler.Kubernetes.Yaml;

namespace Reconciler.Cli.Importing;

/// <summary>Turns the text of an xl.cfg into manifests.</summary>
/// <param name="output">For the manifests.</param>
/// <param name="error">For what is to be said of them, a line each.</param>
internal sealed class ImportRun(TextWriter output, TextWriter error)
{
    /// <summary>All that the file says is in the manifests.</summary>
    public const int Expressed = 0;

    /// <summary>Something of it is not, or there are none.</summary>
    public const int NotExpressed = 1;

    /// <param name="file">The file's name, for messages.</param>
    /// <param name="text">Its content.</param>
    /// <param name="name">Of the Domain; null: that of the file.</param>
    /// <param name="namespace">Of the Domain; null: none is written.</param>
    /// <param name="hostName">The XenHost that its paths belong to; null: the operator chooses.</param>
    /// <returns><see cref="Expressed"/> or <see cref="NotExpressed"/>.</returns>
    /// <exception cref="CommandException">The text is no xl.cfg.</exception>
    public async Task<int> RunAsync(string file, string text, string? name, string? @namespace, string? hostName)
    {
        ImportedDomain imported;
        try
        {
            imported = DomainImport.Import(XlConfig.Of(XlConfigParser.Parse(text)), name, @namespace, hostName);
        }
        catch (XlSyntaxException e)
        {
            throw new CommandException($"{file}:{e.Line}: {e.Expected}", e);
        }

        foreach (var finding in imported.Findings) await error.WriteLineAsync(finding.In(file));
        if (imported.Domain is { } domain)
        {
            foreach (var network in imported.Networks) await output.WriteAsync($"{Yaml(network)}---\n");
            await output.WriteAsync(Yaml(domain));
        }

        return imported.Findings.All(finding => finding.Kind == FindingKind.Note) ? Expressed : NotExpressed;
    }

    private static string Yaml<T>(T entity)
        where T : class, IResource<T> =>
        JsonToYaml.Write(JsonSerializer.SerializeToNode(entity, Kind<T>.Definition.JsonTypeInfo));
}
