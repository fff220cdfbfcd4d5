using System.Diagnostics.CodeAnalysis;
using System.Text;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>A public key in OpenSSH's one line: the type, the base64 of ssh's binary form, and perhaps a comment.</summary>
internal static class OpenSshLine
{
    private static readonly string[] Beginnings = ["ssh-", "ecdsa-", "sk-"];

    /// <summary>Writes the line.</summary>
    /// <exception cref="FormatException">ssh does not know such keys.</exception>
    public static string Write(KeyParts key, DomainName name) => $"{Write(key)} {name}";

    /// <summary>Writes it without a comment.</summary>
    /// <exception cref="FormatException">ssh does not know such keys.</exception>
    public static string Write(KeyParts key)
    {
        byte[] blob = SshKey.Write(key);
        return $"{SshKey.TypeOf(key)} {Convert.ToBase64String(blob)}";
    }

    /// <summary>Reads the line of a .pub file; comment lines may be around it.</summary>
    /// <returns>False where it is no such line.</returns>
    /// <exception cref="FormatException">It is one, and cannot be used.</exception>
    public static bool TryRead(string text, [NotNullWhen(true)] out PublicKey? key)
    {
        key = null;
        string[] lines = [.. text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#')];
        if (lines.Length == 0 || !Beginnings.Any(beginning => lines[0].StartsWith(beginning, StringComparison.Ordinal))) return false;
        if (lines.Length > 1) throw new FormatException($"It has {lines.Length} lines, and a key is one: give a file with the wanted one alone.");
        string[] words = lines[0].Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        byte[] blob = new byte[words.Length > 1 ? words[1].Length : 0];
        if (words.Length < 2 || !Convert.TryFromBase64String(words[1], blob, out int length)) throw new FormatException($"Behind '{words[0]}' the base64 of the key is missing or broken.");
        SshReader reader = new(blob.AsSpan(0, length));
        string type = Encoding.ASCII.GetString(reader.ReadString());
        if (type != words[0]) throw new FormatException($"The line begins with '{words[0]}', and its key is of the type '{type}'.");
        key = SshKey.Read(blob.AsSpan(0, length));
        return true;
    }
}
