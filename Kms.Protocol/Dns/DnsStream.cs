using System.Buffers.Binary;

namespace Kms.Protocol;

/// <summary>One request and one response on a stream: each with its length in two bytes before it (RFC 1035, section 4.2.2; RFC 7858, section 3.3).</summary>
internal static class DnsStream
{
    private const int LengthPrefix = 2;

    /// <summary>Sends a request and reads one response.</summary>
    /// <param name="stream">The connection.</param>
    /// <param name="packet">The request, without the two bytes of length.</param>
    /// <param name="cancellationToken">Ends the attempt at once.</param>
    /// <returns>The response, without the two bytes of length; not looked at.</returns>
    /// <exception cref="EndOfStreamException">The server closed the connection before a whole response.</exception>
    public static async Task<byte[]> AskAsync(Stream stream, ReadOnlyMemory<byte> packet, CancellationToken cancellationToken)
    {
        // Length and message in one segment (RFC 7766, section 8).
        byte[] framed = new byte[LengthPrefix + packet.Length];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)packet.Length);
        packet.CopyTo(framed.AsMemory(LengthPrefix));
        await stream.WriteAsync(framed, cancellationToken).ConfigureAwait(false);
        await ReadAsync(stream, framed.AsMemory(0, LengthPrefix), cancellationToken).ConfigureAwait(false);
        byte[] response = new byte[BinaryPrimitives.ReadUInt16BigEndian(framed)];
        await ReadAsync(stream, response, cancellationToken).ConfigureAwait(false);
        return response;
    }

    private static async Task ReadAsync(Stream stream, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) < buffer.Length)
            throw new EndOfStreamException("the server closed the connection without an answer");
    }
}
