using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Kms.Client;

namespace Kms.Cli;

/// <summary>The TCP sockets of a tunnel.</summary>
internal static class TunnelSocket
{
    /// <summary>Sends at once what there is, and finds out in time when the other side is gone.</summary>
    public static void Tune(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, (int)TunnelLimits.KeepAliveAfter.TotalSeconds);
    }

    /// <summary>Makes the socket's closing a cut that the other side sees, and not an end.</summary>
    public static void Cut(Socket socket) => socket.LingerState = new LingerOption(true, 0);

    /// <summary>Connects.</summary>
    /// <exception cref="IOException">It cannot be reached, or not in time; the message says which.</exception>
    public static async Task<Socket> ConnectAsync(EndPoint endpoint, TimeProvider time, CancellationToken cancellationToken)
    {
        Socket socket = endpoint is IPEndPoint ? new(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) : new(SocketType.Stream, ProtocolType.Tcp);
        using CancellationTokenSource late = new(TunnelLimits.ConnectTime, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await socket.ConnectAsync(endpoint, either.Token);
            Tune(socket);
            return socket;
        }
        catch (Exception e)
        {
            socket.Dispose();
            if (e is SocketException) throw new IOException(e.Message, e);
            if (e is OperationCanceledException && late.IsCancellationRequested) throw new IOException($"There is no answer within {TunnelLimits.ConnectTime.TotalSeconds} s", e);
            throw;
        }
    }

    /// <summary>Reads HOST:PORT, as a person writes it.</summary>
    /// <exception cref="ConfigurationException">It is none.</exception>
    public static EndPoint Parse(string text)
    {
        if (IPEndPoint.TryParse(text, out IPEndPoint? endpoint) && endpoint.Port != 0) return endpoint;
        int colon = text.LastIndexOf(':');
        return colon > 0 && TryParsePort(text.AsSpan(colon + 1), out int port) && port != 0 && Uri.CheckHostName(text[..colon]) == UriHostNameType.Dns
            ? new DnsEndPoint(text[..colon], port)
            : throw new ConfigurationException($"\"{text}\" is no HOST:PORT: write a name or an address and a port, such as 127.0.0.1:80 or [::1]:80.");
    }

    /// <summary>Reads [ADDRESS:]PORT, where port 0 is any that is free.</summary>
    /// <exception cref="ConfigurationException">It is none.</exception>
    public static IPEndPoint ParseListening(string text, IPAddress otherwise)
    {
        if (TryParsePort(text, out int port)) return new IPEndPoint(otherwise, port);
        int colon = text.LastIndexOf(':');
        // What has an IPv6 address in it without brackets has no port, and only looks as if.
        return colon > 0 && text.AsSpan(0, colon).Contains(':') == (text[0] == '[') && TryParsePort(text.AsSpan(colon + 1), out _) && IPEndPoint.TryParse(text, out IPEndPoint? endpoint)
            ? endpoint
            : throw new ConfigurationException($"\"{text}\" is no ADDRESS:PORT to listen at: write 4433, 127.0.0.1:4433 or [::1]:4433.");
    }

    private static bool TryParsePort(ReadOnlySpan<char> text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= IPEndPoint.MaxPort;
}
