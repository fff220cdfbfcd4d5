using System.Buffers.Binary;
using System.Text;

namespace KmsApp.Tests.Fuzzing;

/// <summary>Changes inputs: bits, bytes, numbers, lengths, pieces of other inputs, words of the grammar, sizes at which something ends.</summary>
internal sealed class Mutator
{
    private const int MostChanges = 6;

    private static readonly byte[] Bytes = [0, 1, 2, 9, 10, 13, 32, 34, 43, 44, 46, 47, 48, 57, 58, 59, 61, 63, 64, 92, 126, 127, 128, 191, 192, 193, 254, 255];
    private static readonly ushort[] Numbers = [0, 1, 2, 15, 16, 63, 64, 127, 128, 253, 254, 255, 256, 257, 511, 512, 513, 1232, 4095, 4096, 4097, 32767, 32768, 65534, 65535];
    private static readonly int[] Sizes = [1, 32, 33, 63, 64, 253, 254, 255, 256, 257, 512, 1024, 4095, 4096, 4097];

    private readonly byte[][] _tokens;
    private readonly Func<byte[]> _other;
    private readonly int _maximumLength;

    /// <param name="random">Chance.</param>
    /// <param name="tokens">Words of the grammar.</param>
    /// <param name="other">Gives another input, of which pieces are taken.</param>
    /// <param name="maximumLength">The longest input.</param>
    public Mutator(Random random, IEnumerable<string> tokens, Func<byte[]> other, int maximumLength)
    {
        Random = random;
        _tokens = [.. tokens.Select(Encoding.Latin1.GetBytes)];
        _other = other;
        _maximumLength = maximumLength;
    }

    public Random Random { get; }

    /// <summary>A changed copy: mostly one or two changes, seldom many.</summary>
    public byte[] Mutate(byte[] input)
    {
        int changes = 1;
        while (changes < MostChanges && Random.Next(2) == 0) changes++;
        byte[] changed = input;
        for (int i = 0; i < changes; i++) changed = Change(changed);
        return changed.Length <= _maximumLength ? changed : changed[.._maximumLength];
    }

    /// <summary>One of a list.</summary>
    public T Pick<T>(IReadOnlyList<T> list) => list[Random.Next(list.Count)];

    private byte[] Change(byte[] input)
    {
        if (input.Length == 0) return Put(input, 0, 0, Piece());
        int at = Random.Next(input.Length);
        switch (Random.Next(13))
        {
            case 0:
                return Put(input, at, 1, [(byte)(input[at] ^ (1 << Random.Next(8)))]);
            case 1:
                return Put(input, at, 1, [Pick(Bytes)]);
            case 2:
                return Put(input, at, 1, [(byte)Random.Next(256)]);
            case 3:
                return Put(input, at, 1, [(byte)((input[at] + Random.Next(-9, 10)) & 0xFF)]);
            case 4:
                return Put(input, at, Math.Min(2, input.Length - at), Number(input.Length));
            case 5:
                return Put(input, at, RunLength(input.Length - at), []);
            case 6: // a piece twice
                return Put(input, at, 0, input.AsSpan(at, RunLength(input.Length - at)).ToArray());
            case 7: // a piece elsewhere
                return Put(input, at, 0, PieceOf(input));
            case 8:
                return Put(input, at, 0, PieceOf(_other()));
            case 9: // over what stands there
                byte[] over = PieceOf(_other());
                return Put(input, at, Math.Min(over.Length, input.Length - at), over);
            case 10: // the start of one and the end of another
                byte[] end = _other();
                return [.. input.AsSpan(0, at), .. end.AsSpan(Random.Next(end.Length + 1))];
            case 11:
                byte[] filled = new byte[Pick(Sizes)];
                filled.AsSpan().Fill(input[at]);
                return Random.Next(8) == 0 ? Put(input, at, 0, filled) : Put(input, at, 0, Piece());
            default:
                byte[] word = Piece();
                return Put(input, at, Random.Next(2) == 0 ? 0 : Math.Min(word.Length, input.Length - at), word);
        }
    }

    private byte[] Piece() => _tokens.Length > 0 && Random.Next(4) > 0 ? Pick(_tokens) : [(byte)Random.Next(256), Pick(Bytes)];

    private byte[] PieceOf(byte[] input)
    {
        if (input.Length == 0) return [];
        int at = Random.Next(input.Length);
        return input.AsSpan(at, RunLength(input.Length - at)).ToArray();
    }

    private byte[] Number(int length)
    {
        byte[] number = new byte[2];
        int value = Random.Next(3) == 0 ? length + Random.Next(-14, 3) : Pick(Numbers);
        BinaryPrimitives.WriteUInt16BigEndian(number, (ushort)(value & 0xFFFF));
        return number;
    }

    /// <summary>Mostly short, seldom up to all that is there.</summary>
    private int RunLength(int most) => 1 + Random.Next(Random.Next(3) switch
    {
        0 => Math.Min(most, 4),
        1 => Math.Min(most, 64),
        _ => most,
    });

    private static byte[] Put(byte[] input, int at, int removed, byte[] added) => [.. input.AsSpan(0, at), .. added, .. input.AsSpan(at + removed)];
}
