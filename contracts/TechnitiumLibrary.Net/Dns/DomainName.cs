namespace TechnitiumLibrary.Net.Dns;

/// <summary>What the host's constructors accept as a name (those that read from a packet accept any).</summary>
internal static class DomainName
{
    private const int MaximumLength = 255;
    private const int MaximumLabelLength = 63;

    /// <summary>Throws unless the name is made of labels of letters, digits, <c>-</c>, <c>_</c> and <c>/</c>, or <c>*</c>.</summary>
    internal static string Check(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0)
        {
            return name;
        }

        if (name.Length > MaximumLength)
        {
            throw new DnsClientException($"Invalid name: longer than {MaximumLength} characters.");
        }

        foreach (Range range in name.AsSpan().Split('.'))
        {
            if (!IsLabel(name.AsSpan(range)))
            {
                throw new DnsClientException($"Invalid name: {name}");
            }
        }

        return name;
    }

    private static bool IsLabel(ReadOnlySpan<char> label)
    {
        if (label.Length is 0 or > MaximumLabelLength)
        {
            return false;
        }

        if (label is "*")
        {
            return true;
        }

        foreach (char c in label)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '/'))
            {
                return false;
            }
        }

        return true;
    }
}
