using System.Text;

namespace Reconciler.Manifests;

/// <summary>Breaks text into lines.</summary>
internal static class TextLines
{
    /// <summary>Breaks at blanks so that no line is longer than <paramref name="width"/>, unless a word is. Paragraphs stay.</summary>
    public static string Wrap(string text, int width) => string.Join("\n\n", text.Split("\n\n").Select(paragraph => WrapParagraph(paragraph, width)));

    private static string WrapParagraph(string text, int width)
    {
        var result = new StringBuilder();
        var column = 0;
        foreach (var word in text.Split(' '))
        {
            if (column > 0 && column + 1 + word.Length > width)
            {
                result.Append('\n');
                column = 0;
            }
            else if (column > 0)
            {
                result.Append(' ');
                column++;
            }

            result.Append(word);
            column += word.Length;
        }

        return result.ToString();
    }
}
