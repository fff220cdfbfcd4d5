namespace Kms.Protocol;

/// <summary>A resource record (RFC 1035, section 4.1.3). Equal records have equal data, byte by byte.</summary>
/// <param name="Name">The owner name, in presentation form: see <see cref="DnsName"/>.</param>
/// <param name="Type">The type.</param>
/// <param name="Class">The class.</param>
/// <param name="Ttl">The time to live, in seconds.</param>
/// <param name="Data">
/// The RDATA, 65,535 bytes at most. Names in it stand uncompressed in the types NS, CNAME, SOA, PTR and MX; the data
/// of every other type is opaque (RFC 3597).
/// </param>
public sealed record DnsRecord(string Name, DnsType Type, DnsClass Class, uint Ttl, ReadOnlyMemory<byte> Data)
{
    /// <inheritdoc/>
    public bool Equals(DnsRecord? other) =>
        other is not null && Type == other.Type && Class == other.Class && Ttl == other.Ttl
        && string.Equals(Name, other.Name, StringComparison.Ordinal) && Data.Span.SequenceEqual(other.Data.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Type, Class, Ttl, Data.Length);
}
