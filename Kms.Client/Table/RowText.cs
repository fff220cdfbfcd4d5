using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Kms.Protocol;

namespace Kms.Client;

/// <summary>
/// The text of a row in its file: lines that a person can read, the last one a checksum of those above. Whatever is not
/// exactly this is no row; nothing that a file holds is an exception.
/// </summary>
/// <example><code>
/// KMS1 key table row
/// host-b.c.a.xx identity kms00.xx                    name, use, trust anchor
/// mark 1790000000 1790090000 MFkw…                   its at, the second at which it ends, the key
/// claimed 0                                          when a refresh was last claimed
/// entry 1790000001 kms1.b.a.xx kms1.b.a.xx MFkw…     kept when, answered by, path or "-", verified by; this line and
/// v=KMS1; t=attestation; …                           the attestation are absent where only the mark is left
/// sha256 …
/// </code></example>
internal static class RowText
{
    private const string Head = "KMS1 key table row";
    private const string NoPath = "-";
    private const int LinesOfMark = 4;
    private const int LinesWithEntry = 6;

    /// <summary>The length of the last line: its word, the base64 of a SHA-256, and the line's end.</summary>
    private const int ChecksumLength = 7 + 44 + 1;

    public static byte[] Write(KeyQuestion question, KeyTableRow row)
    {
        StringBuilder text = new();
        KeyMark mark = row.Mark;
        text.Append(CultureInfo.InvariantCulture, $"{Head}\n{question.Name} {question.Use} {question.Kms}\n");
        text.Append(CultureInfo.InvariantCulture, $"mark {Seconds(mark.At)} {Seconds(mark.Ends)} {mark.Key}\nclaimed {Seconds(row.ClaimedAt)}\n");
        if (row.Entry is { } entry)
        {
            string path = entry.Path.IsNone ? NoPath : entry.Path.ToString();
            text.Append(CultureInfo.InvariantCulture, $"entry {Seconds(entry.KeptAt)} {entry.AnsweredBy} {path} {entry.VerifiedBy}\n{entry.Text}\n");
        }
        text.Append(Checksum(Encoding.ASCII.GetBytes(text.ToString())));
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <returns>False where it is not the whole and unchanged text of a row.</returns>
    public static bool TryRead(ReadOnlySpan<byte> file, out KeyQuestion question, [NotNullWhen(true)] out KeyTableRow? row)
    {
        (question, row) = (default, null);
        if (file.Length < ChecksumLength) return false;
        ReadOnlySpan<byte> covered = file[..^ChecksumLength];
        if (Checksum(covered) != Encoding.ASCII.GetString(file[^ChecksumLength..])) return false;

        // Each line ends with a line feed, so behind the last one there is an empty rest.
        string[] lines = Encoding.ASCII.GetString(covered).Split('\n');
        if (lines.Length - 1 is not (LinesOfMark or LinesWithEntry) || lines[0] != Head) return false;
        if (!TryReadQuestion(lines[1], out question) || !TryReadMark(lines[2], out KeyMark? mark)) return false;
        if (lines[3].Split(' ') is not ["claimed", var claimed] || !TryReadSeconds(claimed, out DateTimeOffset claimedAt)) return false;
        KeyTableEntry? entry = null;
        if (lines.Length > LinesWithEntry && !(TryReadEntry(lines[4], lines[5], out entry) && entry.Question == question && entry.Key.Equals(mark.Key))) return false;
        KeyTableRow read = new(entry, mark, claimedAt);

        // The platform reads numbers and base64 in many spellings.
        if (!Write(question, read).AsSpan().SequenceEqual(file)) return false;
        row = read;
        return true;
    }

    private static bool TryReadQuestion(string line, out KeyQuestion question)
    {
        question = default;
        if (line.Split(' ') is not [var name, var useText, var kms]) return false;
        Use use = default;
        if (useText != Use.Identity.Value && !Use.TryParse(Encoding.ASCII.GetBytes(useText), out use)) return false;
        if (!TryReadName(name, out DomainName of) || !TryReadName(kms, out DomainName by)) return false;
        question = new KeyQuestion(of, use, by);
        return true;
    }

    private static bool TryReadMark(string line, [NotNullWhen(true)] out KeyMark? mark)
    {
        mark = line.Split(' ') is ["mark", var at, var ends, var key]
            && TryReadSeconds(at, out DateTimeOffset from) && TryReadSeconds(ends, out DateTimeOffset until) && TryReadKey(key, out PublicKey? of)
            ? new KeyMark(of, from, until)
            : null;
        return mark is not null;
    }

    private static bool TryReadEntry(string line, string text, [NotNullWhen(true)] out KeyTableEntry? entry)
    {
        entry = null;
        if (line.Split(' ') is not ["entry", var kept, var answered, var pathText, var verified]) return false;
        KmsPath path = KmsPath.None;
        if (pathText != NoPath && !KmsPath.TryParse(Encoding.ASCII.GetBytes(pathText), out path)) return false;
        if (!TryReadSeconds(kept, out DateTimeOffset keptAt) || !TryReadName(answered, out DomainName answeredBy) || !TryReadKey(verified, out PublicKey? verifiedBy)) return false;
        if (!MessageText.TryParse(Encoding.ASCII.GetBytes(text), out MessageText? attestation, out _) || attestation.Message is not Attestation) return false;
        entry = new KeyTableEntry(attestation, verifiedBy, answeredBy, path, keptAt);
        return true;
    }

    private static bool TryReadName(string text, out DomainName name) => DomainName.TryParse(Encoding.ASCII.GetBytes(text), out name);

    private static bool TryReadKey(string text, [NotNullWhen(true)] out PublicKey? key)
    {
        key = null;
        byte[] info = new byte[text.Length];
        return Convert.TryFromBase64String(text, info, out int length) && PublicKey.TryRead(info.AsSpan(0, length), out key);
    }

    private static bool TryReadSeconds(string text, out DateTimeOffset time)
    {
        // A mark ends later than its entry, which may end as late as a message can say.
        const long latest = Spec.MaximumTime + 7 * 24 * 3600;
        bool valid = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) && seconds <= latest;
        time = valid ? DateTimeOffset.FromUnixTimeSeconds(seconds) : default;
        return valid;
    }

    private static long Seconds(DateTimeOffset time) => time.ToUnixTimeSeconds();

    private static string Checksum(ReadOnlySpan<byte> covered) => $"sha256 {Digest.Of(covered)}\n";
}
