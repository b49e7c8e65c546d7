namespace Reconciler.Cli.Importing.XlConfiguration;

/// <summary>A NIC specification, xl-network-configuration(5): keys and values between commas.</summary>
/// <param name="Parameters">Each key once, the last value of it, in the order of the text.</param>
internal sealed record XlNic(IReadOnlyList<KeyValuePair<string, string>> Parameters)
{
    /// <exception cref="XlSyntaxException">It is no NIC specification.</exception>
    public static XlNic Parse(string text, int line)
    {
        OrderedDictionary<string, string> parameters = new(StringComparer.Ordinal);
        foreach (var parameter in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = parameter.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0) throw new XlSyntaxException(line, $"a NIC has the parameter {parameter} without a value; expected KEY=VALUE such as bridge=xenbr0");
            parameters[parameter[..equals].TrimEnd()] = parameter[(equals + 1)..].TrimStart();
        }

        return new XlNic([.. parameters]);
    }

    public string? this[string key] => Parameters.FirstOrDefault(parameter => parameter.Key == key).Value;
}
