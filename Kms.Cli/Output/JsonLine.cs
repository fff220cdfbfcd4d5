using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Kms.Cli;

/// <summary>JSON on one line, as every command writes it.</summary>
internal static class JsonLine
{
    // It goes to a program or a terminal, never into HTML: "+" and "<" of keys and texts stay readable.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What an action writes.</summary>
    public static string Of(Action<Utf8JsonWriter> write)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, Options)) write(json);
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }
}
