using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary><c>kms tunnel connect</c>: the client's side.</summary>
internal sealed class TunnelConnectCommand(CommandContext context)
{
    private readonly TunnelKeyOption _key = new();
    private readonly Argument<string> _name = new("NAME[:PORT]") { Description = "The other host, and the port where its 'kms tunnel listen' is." };
    private readonly Option<string?> _address = new("--address") { Description = "Where it is reached. Otherwise NAME is looked up in the DNS. A wrong address is found out: the key decides.", HelpName = "HOST:PORT" };
    private readonly Option<string?> _listen = new("--listen") { Description = "Where programs of this machine connect to. A port alone: at 127.0.0.1.", HelpName = "[ADDRESS:]PORT" };
    private readonly Option<bool> _stdio = new("--stdio") { Description = "Carries standard input and output instead, and ends with the connection: for ssh's ProxyCommand." };

    public Command Create()
    {
        Command command = new("connect", "Carries connections of this machine to another host. Its key is got first; nothing is passed on before it has proven to have that key.")
        {
            _name, _address, _listen, _stdio,
        };
        _key.AddTo(command);
        context.SetAction(command, ExecuteAsync);
        return command;
    }

    private async Task<ExitCode> ExecuteAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        (DomainName name, EndPoint address) = Read(parsed);
        string? listen = parsed.GetValue(_listen);
        if (listen is null != parsed.GetValue(_stdio)) throw new ConfigurationException("Give one of --listen and --stdio.");
        IPEndPoint? endpoint = listen is null ? null : TunnelSocket.ParseListening(listen, IPAddress.Loopback);
        using TunnelSession session = TunnelSession.Open(context, parsed, _key);
        TunnelConnector connector = new(name, address, session.Peers, session.Own, session.Time);
        string other = $"{name} at {Text(address)}";
        return endpoint is null
            ? await CarryStandardAsync(session, connector, other, cancellationToken)
            : await ListenAsync(session, connector, endpoint, other, cancellationToken);
    }

    private static async Task<ExitCode> ListenAsync(TunnelSession session, TunnelConnector connector, IPEndPoint endpoint, string other, CancellationToken cancellationToken)
    {
        using Acceptor acceptor = new(endpoint, session.Log, session.Time);
        session.Log.Tell($"{session.Name} listens at {acceptor.Endpoint} and carries what comes to {other}");
        if (!IPAddress.IsLoopback(endpoint.Address)) session.Log.Tell($"whoever reaches {acceptor.Endpoint} can use the tunnel as {session.Name}; listen at 127.0.0.1 to keep it to this machine");
        await acceptor.RunAsync(CarryAsync, cancellationToken);
        return ExitCode.Found;

        async Task CarryAsync(Socket socket, Action hasStarted, CancellationToken cancelled)
        {
            using TcpEnd plain = new(socket);
            Verdict verdict = Verdict.Failed("");
            try
            {
                verdict = await connector.CarryAsync(plain, hasStarted, cancelled);
            }
            finally
            {
                if (!verdict.IsAccepted) TunnelSocket.Cut(socket);
            }
            if (verdict.Reason.Length > 0) session.Log.Note(Refusal(other, verdict));
        }
    }

    private static async Task<ExitCode> CarryStandardAsync(TunnelSession session, TunnelConnector connector, string other, CancellationToken cancellationToken)
    {
        using StandardEnd plain = new();
        try
        {
            Verdict verdict = await connector.CarryAsync(plain, () => { }, cancellationToken);
            if (!verdict.IsAccepted) session.Log.Tell(verdict.Reason.Length > 0 ? Refusal(other, verdict) : $"the connection to {other} was cut");
            return verdict.Code;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Failed;
        }
    }

    private static string Refusal(string other, Verdict verdict) => $"{other} is not connected: {verdict.Reason}";

    private static string Text(EndPoint address) => address is DnsEndPoint dns ? $"{dns.Host}:{dns.Port}" : $"{address}";

    /// <exception cref="FormatException">The name is none.</exception>
    /// <exception cref="ConfigurationException">The address is none, or is missing.</exception>
    private (DomainName Name, EndPoint Address) Read(ParseResult parsed)
    {
        string text = parsed.GetRequiredValue(_name);
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (parsed.GetValue(_address) is { } address)
        {
            return colon < 0
                ? (DomainName.Parse(text), TunnelSocket.Parse(address))
                : throw new ConfigurationException("--address has the port: leave it away behind the name.");
        }
        return colon < 0
            ? throw new ConfigurationException($"At which port? Write {text}:PORT, or --address HOST:PORT.")
            : (DomainName.Parse(text[..colon]), TunnelSocket.Parse(text));
    }
}
