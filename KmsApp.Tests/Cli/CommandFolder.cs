using Kms.Cli;
using Kms.Protocol;

namespace KmsApp.Tests.Cli;

/// <summary>The command <c>kms</c>, run in this process with a host's folder of its own.</summary>
internal sealed class CommandFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kms-cli-");

    internal string Folder => _folder.FullName;

    internal TimeProvider Time { get; init; } = TimeProvider.System;

    internal IDnsWire Wire { get; set; } = new SocketDnsWire();

    /// <summary>A file of the folder.</summary>
    internal string FileOf(string name) => Path.Combine(Folder, name);

    internal string Write(string name, string content)
    {
        File.WriteAllText(FileOf(name), content);
        return FileOf(name);
    }

    /// <summary>The host's own key, as its file has it now.</summary>
    internal PublicKey Key(string name = "identity.pem")
    {
        using SigningKey key = new KeyImporter(null).ImportPem(File.ReadAllText(FileOf(name)));
        return key.PublicKey;
    }

    internal async Task<(ExitCode Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using StringWriter output = new(), error = new();
        CommandEnvironment environment = new() { Output = output, Error = error, Time = Time, Wire = Wire, Variable = _ => null };
        int code = await new KmsCommand(environment).RunAsync([.. args, "--config", Folder]);
        return ((ExitCode)code, output.ToString(), error.ToString());
    }

    /// <summary>Runs what must succeed.</summary>
    /// <returns>Its output.</returns>
    internal async Task<string> MustAsync(params string[] args)
    {
        (ExitCode code, string output, string error) = await RunAsync(args);
        Assert.AreEqual(ExitCode.Found, code, error + output);
        return output;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
