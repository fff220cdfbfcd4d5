using System.CommandLine;

namespace Kms.Cli;

/// <summary><c>kms tunnel</c>: any TCP service between two hosts, in mutually authenticated TLS 1.3.</summary>
internal sealed class TunnelCommand(CommandContext context)
{
    public Command Create() => new("tunnel", "Carries any TCP service between two hosts in TLS 1.3. Both show a certificate made of their own key, and both are checked against the key that the KMS has for their name.")
    {
        new TunnelListenCommand(context).Create(),
        new TunnelConnectCommand(context).Create(),
    };
}
