using System.Diagnostics;
using Kms.Cli;
using Kms.Client;
using Kms.Lab;
using HostFolder = Kms.Cli.HostFolder;

namespace KmsApp.Tests.Cli;

/// <summary>A host of the lab with a configuration folder, in which <c>kms</c> runs.</summary>
internal sealed class CommandHost : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kms-host-");

    /// <param name="host">The host.</param>
    /// <param name="anchor">Whom it trusts.</param>
    /// <param name="addresses">Where its KMS is asked; without any, where the lab has it.</param>
    internal CommandHost(LabHost host, Kms.Lab.KmsNode anchor, params string[] addresses)
    {
        HostFolder folder = new(_folder.FullName);
        HostSettings settings = new()
        {
            Name = host.Name,
            Kms = new AskedKms(host.Kms.Name, addresses.Length == 0 ? [host.Kms.Endpoint] : [.. addresses.Select(KmsAddress.Parse)], [host.Kms.Key.PublicKey]),
            Trust = [new TrustAnchor(anchor.Name, anchor.Domain, [anchor.Key.PublicKey])],
        };
        File.WriteAllText(folder.FileOf(settings.PrivateKey), host.Key.ToPem());
        folder.WriteSettings(settings);
    }

    internal string Folder => _folder.FullName;

    /// <summary>Runs it in this process.</summary>
    internal async Task<CommandRun> RunAsync(params string[] args)
    {
        using StringWriter output = new(), error = new();
        CommandEnvironment environment = new() { Output = output, Error = error, Variable = name => name == HostFolder.Variable ? Folder : null };
        int code = await new KmsCommand(environment).RunAsync(args);
        return new CommandRun(code, output.ToString(), error.ToString());
    }

    /// <summary>Runs the built program, with variables in its environment.</summary>
    internal async Task<CommandRun> RunProgramAsync(IReadOnlyDictionary<string, string> variables, params string[] args)
    {
        ProcessStartInfo start = new("dotnet", [typeof(KmsCommand).Assembly.Location, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[HostFolder.Variable] = Folder;
        foreach ((string name, string value) in variables) start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new CommandRun(process.ExitCode, output, await error);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
