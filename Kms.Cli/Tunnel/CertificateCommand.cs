using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary><c>kms certificate</c>: the certificate that a tunnel shows, for programs that speak TLS themselves.</summary>
internal sealed class CertificateCommand(CommandContext context)
{
    private readonly TunnelKeyOption _key = new();

    public Command Create()
    {
        Command command = new("certificate", "Writes a self-signed certificate of this host's key (PEM), for programs that connect to 'kms tunnel listen' themselves, such as 'curl --cert FILE --key IDENTITY.pem'.");
        command.Options.Add(_key.File);
        context.SetAction(command, ExecuteAsync);
        return command;
    }

    private async Task<ExitCode> ExecuteAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        HostFolder folder = context.FolderOf(parsed);
        HostSettings settings = folder.ReadSettings();
        using SigningKey key = _key.Read(parsed, folder, settings);
        using X509Certificate2 certificate = HostCertificate.Of(settings.Name, key, context.Environment.Time.GetUtcNow());
        await context.Environment.Output.WriteLineAsync(certificate.ExportCertificatePem());
        return ExitCode.Found;
    }
}
