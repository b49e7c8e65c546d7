namespace Reconciler.Cli.Planning;

/// <summary>How a plan is printed.</summary>
internal enum PlanOutput
{
    Table,
    Wide,
    Json,
    Yaml,
}
