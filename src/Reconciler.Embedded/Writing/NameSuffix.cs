namespace Reconciler.Embedded.Writing;

/// <summary>Names made from metadata.generateName, as the API server makes them (names/generate.go).</summary>
internal static class NameSuffix
{
    // No vowels and nothing that looks like one: no words by accident.
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";
    private const int Length = 5;
    private const int MaxPrefix = 63 - Length;

    public static string Append(string prefix, Random random) =>
        (prefix.Length > MaxPrefix ? prefix[..MaxPrefix] : prefix) + new string(random.GetItems<char>(Alphabet, Length));
}
