namespace Reconciler.Agent.Commands.Get;

/// <summary>How <c>get</c> prints.</summary>
internal enum OutputFormat
{
    Table,
    Wide,
    Yaml,
    Json,
}
