namespace Kms.Cli;

/// <summary>
/// A key file of BIND, as <c>tsig-keygen</c> writes it and <c>nsupdate -k</c> reads it:
/// <c>key "name" { algorithm hmac-sha256; secret "..."; };</c>
/// </summary>
internal static class TsigKeyFile
{
    private const string Form = "key \"name\" { algorithm hmac-sha256; secret \"...\"; };";

    /// <summary>Reads the one key of a file.</summary>
    /// <exception cref="FormatException">It holds something else; the message never has a piece of the file, which may be the secret.</exception>
    public static TsigKey Parse(string text)
    {
        Queue<string> words = new(Words(text));
        Expect(words, "key");
        string name = Next(words);
        Expect(words, "{");
        string? algorithm = null, secret = null;
        for (string word = Next(words); word != "}"; word = Next(words))
        {
            if (word == "algorithm" && algorithm is null) algorithm = Next(words);
            else if (word == "secret" && secret is null) secret = Next(words);
            else throw Wrong();
            Expect(words, ";");
        }
        if (words.TryPeek(out string? end) && end == ";") words.Dequeue();
        if (words.Count > 0 || algorithm is null || secret is null) throw Wrong();
        return new TsigKey(name, TsigAlgorithms.Parse(algorithm), TsigKey.Secret(secret));
    }

    /// <summary>The words: quoted texts without their quotes, the marks <c>{ } ;</c>, and what stands between; comments left out.</summary>
    private static IEnumerable<string> Words(string text)
    {
        for (int at = 0; at < text.Length;)
        {
            char c = text[at];
            if (char.IsWhiteSpace(c)) at++;
            else if (c == '#' || At(text, at, "//")) at = Behind(text, at, "\n") ?? text.Length;
            else if (At(text, at, "/*")) at = Behind(text, at + 2, "*/") ?? throw Wrong();
            else if (c is '{' or '}' or ';')
            {
                yield return c.ToString();
                at++;
            }
            else if (c == '"')
            {
                int end = Behind(text, at + 1, "\"") ?? throw Wrong();
                yield return text[(at + 1)..(end - 1)];
                at = end;
            }
            else
            {
                int start = at;
                // "/" is a letter of base64 too, so a comment begins a word only.
                while (at < text.Length && !char.IsWhiteSpace(text[at]) && text[at] is not ('{' or '}' or ';' or '"')) at++;
                yield return text[start..at];
            }
        }
    }

    private static bool At(string text, int at, string mark) => string.CompareOrdinal(text, at, mark, 0, mark.Length) == 0;

    private static int? Behind(string text, int from, string mark) => text.IndexOf(mark, from, StringComparison.Ordinal) is >= 0 and int at ? at + mark.Length : null;

    private static string Next(Queue<string> words) => words.TryDequeue(out string? word) ? word : throw Wrong();

    private static void Expect(Queue<string> words, string word)
    {
        if (Next(words) != word) throw Wrong();
    }

    private static FormatException Wrong() => new($"This is no file of one TSIG key: it is to hold {Form}, as 'tsig-keygen' prints it.");
}
