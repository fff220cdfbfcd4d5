using System.Text;
using Kms.Client;
using Kms.Protocol;
using KmsApp.Tests.Protocol;

namespace KmsApp.Tests.Fuzzing;

/// <summary>The files of a host's key table.</summary>
internal sealed class RowTarget : FuzzTarget
{
    private const string Last = "sha256 ";

    public override string Name => "row";

    public override IEnumerable<byte[]> Seeds
    {
        get
        {
            KeyTableEntry entry = EntryOfFigure8();
            foreach (KeyTableEntry kept in (KeyTableEntry[])[entry, entry with { Path = KmsPath.None }])
            {
                BrokenLawException.Unless(KeyTableRow.TryFollow(null, kept, kept.KeptAt, out KeyTableRow? row), "a first entry is kept");
                yield return RowText.Write(kept.Question, row!);
                yield return RowText.Write(kept.Question, row! with { Entry = null });
            }
        }
    }

    public override IReadOnlyList<string> Tokens { get; } = [.. FuzzWords.Message, "KMS1 key table row", "\n", "mark ", "claimed ", "entry ", Last, " - ", " "];

    public override int ShortRun => 10_000;

    public override IReadOnlyList<string> Expected => ["with an entry", "mark alone", "refused"];

    public override string Try(byte[] input)
    {
        if (!RowText.TryRead(input, out KeyQuestion question, out KeyTableRow? row)) return "refused";
        BrokenLawException.Unless(RowText.Write(question, row).AsSpan().SequenceEqual(input), "a row that is read is written with the same bytes");
        return row.Entry is null ? "mark alone" : "with an entry";
    }

    /// <summary>Changes the lines, and makes the checksum good again.</summary>
    public override byte[] MutateInside(byte[] input, Mutator mutator)
    {
        string text = Encoding.Latin1.GetString(input);
        int last = text.LastIndexOf(Last, StringComparison.Ordinal);
        byte[] lines = mutator.Mutate(last < 0 ? input : input[..last]);
        return [.. lines, .. Encoding.ASCII.GetBytes($"{Last}{Digest.Of(lines)}\n")];
    }

    private static KeyTableEntry EntryOfFigure8() =>
        MessageText.TryParse(FuzzPackets.TextOf("86-attestation"), out MessageText? attestation, out _)
        && KmsPath.TryParse(Encoding.ASCII.GetBytes("kms1.b.a.xx,kms0.a.xx/kms2.c.a.xx,kms0.a.xx"), out KmsPath path)
            ? new KeyTableEntry(attestation, VectorKeys.Public("kms00"), DomainName.Parse(Fig8.Kms1), path, DateTimeOffset.FromUnixTimeSeconds(Fig8.Start + 2))
            : throw new BrokenLawException("Fig. 8 can be read");
}
