namespace Kms.Protocol;

/// <summary>A question (RFC 1035, section 4.1.2).</summary>
/// <param name="Name">The name asked about, in presentation form: see <see cref="DnsName"/>.</param>
/// <param name="Type">The type asked for.</param>
/// <param name="Class">The class asked for.</param>
public sealed record DnsQuestion(string Name, DnsType Type, DnsClass Class = DnsClass.In)
{
    /// <summary>Whether the other question asks the same, letter case aside.</summary>
    /// <param name="other">The other question.</param>
    /// <returns>True when name, type and class agree.</returns>
    public bool Asks(DnsQuestion other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Type == other.Type && Class == other.Class && DnsName.Same(Name, other.Name);
    }
}
