using System.Security.Cryptography;
using System.Text;

namespace KmsApp.Tests.Fuzzing;

/// <summary>Changes what stands in base64.</summary>
internal static class FuzzPem
{
    /// <summary>Changes the bytes of the first PEM block, or of the longest word that is base64; a text without any is changed as it is.</summary>
    public static byte[] MutateInside(byte[] input, Mutator mutator)
    {
        string text = Encoding.Latin1.GetString(input);
        if (PemEncoding.TryFind(text, out PemFields fields))
            return Encoding.Latin1.GetBytes(text[..fields.Location.Start.Value] + PemEncoding.WriteString(text[fields.Label], mutator.Mutate(Convert.FromBase64String(text[fields.Base64Data]))) + text[fields.Location.End.Value..]);
        string word = text.Split(' ', '\n', '"').MaxBy(part => part.Length)!;
        byte[] bytes = new byte[word.Length];
        return word.Length > 0 && Convert.TryFromBase64String(word, bytes, out int length)
            ? Encoding.Latin1.GetBytes(text.Replace(word, Convert.ToBase64String(mutator.Mutate(bytes[..length])), StringComparison.Ordinal))
            : mutator.Mutate(input);
    }
}
