using System.Text;

namespace TechnitiumLibrary.Net.Dns.ResourceRecords;

/// <summary>The data of a TXT record: character-strings of at most 255 bytes, ASCII (another byte becomes a question mark).</summary>
public class DnsTXTRecordData : DnsResourceRecordData
{
    private const int MaximumStringLength = 255;

    // Null where the host's is: a record that came with RDLENGTH 0.
    private readonly IReadOnlyList<string>? _characterStrings;

    /// <summary>Data of these character-strings; throws <see cref="DnsClientException"/> where one is too long.</summary>
    public DnsTXTRecordData(IReadOnlyList<string> characterStrings)
    {
        var copies = new string[characterStrings.Count];
        for (int i = 0; i < copies.Length; i++)
        {
            if (characterStrings[i].Length > MaximumStringLength)
            {
                throw new DnsClientException($"A character-string is longer than {MaximumStringLength} bytes.");
            }

            copies[i] = Encoding.ASCII.GetString(Encoding.ASCII.GetBytes(characterStrings[i]));
        }

        _characterStrings = copies;
    }

    /// <summary>The text, split into as few character-strings as will hold it; none for an empty text.</summary>
    public DnsTXTRecordData(string text)
        : this([.. text.Chunk(MaximumStringLength).Select(chunk => new string(chunk))])
    {
    }

    /// <summary>Data that came in a packet: its length in two bytes, then the character-strings.</summary>
    /// <exception cref="EndOfStreamException">A character-string is longer than the data.</exception>
    public DnsTXTRecordData(Stream s)
        : base(s)
    {
        ReadOnlySpan<byte> data = ReadData(s);
        if (data.IsEmpty)
        {
            return;
        }

        var characterStrings = new List<string>(1);
        while (!data.IsEmpty)
        {
            int length = data[0];
            if (length >= data.Length)
            {
                throw new EndOfStreamException();
            }

            characterStrings.Add(Encoding.ASCII.GetString(data.Slice(1, length)));
            data = data[(1 + length)..];
        }

        _characterStrings = characterStrings;
    }

    /// <inheritdoc/>
    /// <exception cref="NullReferenceException">The record came with RDLENGTH 0 (so does the host).</exception>
    public override int UncompressedLength
    {
        get
        {
            int length = 0;
            foreach (string text in _characterStrings!)
            {
                length += 1 + text.Length;
            }

            return length;
        }
    }

    /// <summary>The character-strings joined; null where there is none.</summary>
    /// <exception cref="NullReferenceException">The record came with RDLENGTH 0 (so does the host).</exception>
    public string? GetText()
    {
        string? joined = null;
        foreach (string text in _characterStrings!)
        {
            joined = joined is null ? text : joined + text;
        }

        return joined;
    }

    private protected override ReadOnlySpan<byte> Serialize()
    {
        if (_characterStrings is null)
        {
            return [];
        }

        var data = new byte[UncompressedLength];
        int position = 0;
        foreach (string text in _characterStrings)
        {
            data[position] = (byte)text.Length;
            position += 1 + Encoding.ASCII.GetBytes(text, data.AsSpan(position + 1));
        }

        return data;
    }
}
