namespace Reconciler.Embedded.Resources;

/// <summary>A column of a table of resources: additionalPrinterColumns of a CustomResourceDefinition.</summary>
/// <param name="Name">The heading.</param>
/// <param name="Type">OpenAPI type: string, integer, boolean, date.</param>
/// <param name="JsonPath">".status.host".</param>
/// <param name="Priority">0: always shown; else only in wide output.</param>
public sealed record PrinterColumn(string Name, string Type, string JsonPath, int Priority);
