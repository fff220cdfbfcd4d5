using System.CommandLine;
using System.Net;
using System.Net.Sockets;

namespace Kms.Cli;

/// <summary><c>kms tunnel listen</c>: the server's side.</summary>
internal sealed class TunnelListenCommand(CommandContext context)
{
    private readonly TunnelKeyOption _key = new();
    private readonly Option<string> _listen = new("--listen") { Description = "Where other hosts connect to. A port alone: at all addresses.", HelpName = "[ADDRESS:]PORT", Required = true };
    private readonly Option<string> _to = new("--to") { Description = "The service that they reach, as this machine reaches it, such as 127.0.0.1:80.", HelpName = "HOST:PORT", Required = true };
    private readonly Option<string[]> _allow = new("--allow") { Description = "A host that may connect, or *.DOMAIN for every host below a domain. May be given many times. Without any, nobody may.", HelpName = "NAME" };
    private readonly Option<bool> _any = new("--allow-any-attested") { Description = "Every host may connect whose key a trusted KMS attests." };

    public Command Create()
    {
        Command command = new("listen", "Lets allowed hosts reach a service of this machine. It runs until it is interrupted; connections that are open keep the keys with which they began, and this host's own key is read at the start alone.")
        {
            _listen, _to, _allow, _any,
        };
        _key.AddTo(command);
        context.SetAction(command, ExecuteAsync);
        return command;
    }

    private async Task<ExitCode> ExecuteAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        AllowedNames allowed = new(parsed.GetValue(_allow) ?? [], parsed.GetValue(_any));
        EndPoint target = TunnelSocket.Parse(parsed.GetRequiredValue(_to));
        IPEndPoint endpoint = TunnelSocket.ParseListening(parsed.GetRequiredValue(_listen), Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any);
        using TunnelSession session = TunnelSession.Open(context, parsed, _key);
        using Acceptor acceptor = new(endpoint, session.Log, session.Time);

        session.Log.Tell($"{session.Name} listens at {acceptor.Endpoint} and passes allowed hosts on to {parsed.GetRequiredValue(_to)}");
        TunnelListener listener = new(allowed, target, session.Peers, session.Own, session.Log, session.Time);
        await acceptor.RunAsync(listener.ServeAsync, cancellationToken);
        return ExitCode.Found;
    }
}
