namespace TechnitiumLibrary.Net.Dns;

/// <summary>A name or a value that DNS cannot carry.</summary>
public class DnsClientException : Exception
{
    /// <summary>An exception without a message.</summary>
    public DnsClientException()
    {
    }

    /// <summary>An exception with a message.</summary>
    public DnsClientException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a message and its cause.</summary>
    public DnsClientException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
