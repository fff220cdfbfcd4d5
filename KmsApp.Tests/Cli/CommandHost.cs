using System.Diagnostics;
using Kms.Cli;
using Kms.Client;
using Kms.Lab;

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
        TestKeyFile.Write(folder.FileOf(settings.PrivateKey), host.Key);
        folder.WriteSettings(settings);
    }

    internal string Folder => _folder.FullName;

    /// <summary>The clock of runs in this process.</summary>
    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>A file in the folder.</summary>
    internal string FileOf(string name) => Path.Combine(Folder, name);

    /// <summary>Changes the settings.</summary>
    internal void Configure(Func<HostSettings, HostSettings> change)
    {
        HostFolder folder = new(Folder);
        folder.WriteSettings(change(folder.ReadSettings()));
    }

    /// <inheritdoc cref="CommandRun.OfAsync(string, string[])"/>
    internal Task<CommandRun> RunAsync(params string[] args) => CommandRun.OfAsync(Folder, environment => environment with { Time = Time }, args);

    /// <inheritdoc cref="CommandRun.OfAsync(string, Func{CommandEnvironment, CommandEnvironment}, string[], CancellationToken)"/>
    internal Task<CommandRun> RunAsync(Func<CommandEnvironment, CommandEnvironment> change, string[] args, CancellationToken cancellationToken = default) =>
        CommandRun.OfAsync(Folder, change, args, cancellationToken);

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
