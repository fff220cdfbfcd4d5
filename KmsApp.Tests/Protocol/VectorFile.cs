using System.Globalization;
using System.Text;

namespace KmsApp.Tests.Protocol;

/// <summary>
/// One test vector: a header of <c>name: value</c> lines, an empty line, the text of a message and a line end.
/// Vectors/README.md says what the header means.
/// </summary>
/// <param name="Name">The path in the folder of the vectors, without <c>.txt</c>.</param>
/// <param name="Expect"><c>success</c> or the failure class.</param>
/// <param name="Why">The reason that it is expected, in words.</param>
/// <param name="Text">The message's text.</param>
/// <param name="Key">The name of the key whose signature the text bears or claims.</param>
/// <param name="Mac">Sender, its key, receiver and its key, for a pairwise MAC.</param>
/// <param name="Import">What comes of importing the message's <c>key</c> as one that authenticates: an algorithm, or a fault.</param>
internal sealed record VectorFile(string Name, string Expect, string Why, byte[] Text, string? Key = null, string? Mac = null, string? Import = null)
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Protocol", "Vectors");

    public static VectorFile[] ReadAll() =>
        [.. Directory.GetFiles(Folder, "*.txt", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(Read)];

    public static VectorFile Read(string path)
    {
        string[] parts = File.ReadAllText(path).Split("\n\n", 2);
        Dictionary<string, string> header = parts[0].Split('\n').Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        string text = parts[1].EndsWith('\n') ? parts[1][..^1] : throw new FormatException($"{path}: no line end");
        string name = Path.ChangeExtension(Path.GetRelativePath(Folder, path), null).Replace('\\', '/');
        return new VectorFile(name, header["expect"], header["why"], header.ContainsKey("escaped") ? Unescape(text) : Encoding.ASCII.GetBytes(text),
            header.GetValueOrDefault("key"), header.GetValueOrDefault("mac"), header.GetValueOrDefault("import"));
    }

    /// <summary>The file's content.</summary>
    public string Format()
    {
        StringBuilder file = new();
        file.Append(CultureInfo.InvariantCulture, $"expect: {Expect}\nwhy: {Why}\n");
        if (Key is not null) file.Append(CultureInfo.InvariantCulture, $"key: {Key}\n");
        if (Mac is not null) file.Append(CultureInfo.InvariantCulture, $"mac: {Mac}\n");
        if (Import is not null) file.Append(CultureInfo.InvariantCulture, $"import: {Import}\n");
        StringBuilder text = new();
        for (int i = 0; i < Text.Length; i++)
        {
            // A space at the end would be lost in many an editor.
            bool plain = Text[i] is > 0x20 and < 0x7F || (Text[i] == 0x20 && i + 1 < Text.Length);
            text.Append(plain ? $"{(char)Text[i]}" : string.Create(CultureInfo.InvariantCulture, $"\\x{Text[i]:x2}"));
        }
        if (text.Length > Text.Length) file.Append("escaped: yes\n");
        file.Append('\n').Append(text);
        return file.Append('\n').ToString();
    }

    private static byte[] Unescape(string text)
    {
        List<byte> bytes = [];
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 3 < text.Length && text[i + 1] == 'x')
            {
                bytes.Add(byte.Parse(text.AsSpan(i + 2, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                i += 3;
            }
            else
            {
                bytes.Add((byte)text[i]);
            }
        }
        return [.. bytes];
    }
}
