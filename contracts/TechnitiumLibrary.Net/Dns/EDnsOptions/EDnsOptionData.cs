namespace TechnitiumLibrary.Net.Dns.EDnsOptions;

/// <summary>The data of an EDNS option.</summary>
public abstract class EDnsOptionData
{
    private protected EDnsOptionData()
    {
    }

    /// <summary>The length of the data, in bytes.</summary>
    public abstract int UncompressedLength { get; }

    /// <summary>The data as it stands in a packet.</summary>
    internal abstract ReadOnlySpan<byte> Serialize();
}
