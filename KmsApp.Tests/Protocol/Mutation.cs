using System.Text;

namespace KmsApp.Tests.Protocol;

/// <summary>Changes valid texts a little, as somebody would who looks for a second spelling.</summary>
internal static class Mutation
{
    private static readonly byte[] Alphabet = Encoding.ASCII.GetBytes("abcxyzABZ0123456789-_./,:;= +[]%\t\r\n\0");

    private static readonly string[] Pieces =
        ["; ", ";", " ", "=", "; use=ssh", "; use=identity", "; path=a.xx", "; exp=1", "; nbf=0", "; kexp=9999999999", "; back=a.xx", "; reason=timeout", "0", "00", "/", ",", "::", "==", "v=KMS1; t=",
            "; mac=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="];

    /// <summary>One of the texts, with one to three changes.</summary>
    public static byte[] Of(byte[][] texts, Random random)
    {
        byte[] text = texts[random.Next(texts.Length)];
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            text = random.Next(10) switch
            {
                0 => Flip(text, random),
                1 => Splice(text, random.Next(text.Length + 1), 0, [Alphabet[random.Next(Alphabet.Length)]]),
                2 => text.Length == 0 ? text : Splice(text, random.Next(text.Length), 1, []),
                3 => text.Length == 0 ? text : Splice(text, random.Next(text.Length), 1, [Alphabet[random.Next(Alphabet.Length)]]),
                4 => Splice(text, random.Next(text.Length + 1), 0, Encoding.ASCII.GetBytes(Pieces[random.Next(Pieces.Length)])),
                5 => OfTags(text, tags => tags.Insert(random.Next(tags.Count + 1), tags[random.Next(tags.Count)])),
                6 => OfTags(text, tags => tags.RemoveAt(random.Next(tags.Count))),
                7 => OfTags(text, tags => Swap(tags, random.Next(tags.Count), random.Next(tags.Count))),
                8 => OfTags(text, tags => ReplaceTag(tags, texts[random.Next(texts.Length)], random)),
                _ => random.Next(20) == 0 ? [.. text, .. Enumerable.Repeat((byte)'a', 4096)] : Crossed(text, texts[random.Next(texts.Length)], random),
            };
        }
        return text;
    }

    private static byte[] Flip(byte[] text, Random random)
    {
        if (text.Length == 0) return text;
        byte[] flipped = [.. text];
        flipped[random.Next(text.Length)] ^= (byte)(1 << random.Next(8));
        return flipped;
    }

    private static byte[] Splice(byte[] text, int start, int removed, byte[] added) => [.. text[..start], .. added, .. text[(start + removed)..]];

    /// <summary>The beginning of one message and the end of another, cut between tags.</summary>
    private static byte[] Crossed(byte[] first, byte[] second, Random random)
    {
        string[] start = Split(first), end = Split(second);
        return Encoding.Latin1.GetBytes(string.Join("; ", [.. start[..random.Next(start.Length + 1)], .. end[random.Next(end.Length)..]]));
    }

    /// <summary>Puts a value of another message's tag of the same name in the place of this one's.</summary>
    private static void ReplaceTag(List<string> tags, byte[] other, Random random)
    {
        string tag = Split(other)[random.Next(Split(other).Length)];
        int place = tags.FindIndex(own => own.Split('=')[0] == tag.Split('=')[0]);
        if (place >= 0) tags[place] = tag;
    }

    private static void Swap(List<string> tags, int first, int second) => (tags[first], tags[second]) = (tags[second], tags[first]);

    private static byte[] OfTags(byte[] text, Action<List<string>> change)
    {
        List<string> tags = [.. Split(text)];
        if (tags.Count > 0) change(tags);
        return Encoding.Latin1.GetBytes(string.Join("; ", tags));
    }

    private static string[] Split(byte[] text) => Encoding.Latin1.GetString(text).Split("; ");
}
