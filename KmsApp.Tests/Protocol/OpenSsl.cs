using System.ComponentModel;
using System.Diagnostics;

namespace KmsApp.Tests.Protocol;

/// <summary>The <c>openssl</c> command, in a folder of its own.</summary>
internal sealed class OpenSsl : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kms-openssl-");

    public string Folder => _folder.FullName;

    public string Write(string name, byte[] content)
    {
        File.WriteAllBytes(Path.Combine(_folder.FullName, name), content);
        return name;
    }

    public string Write(string name, string content) => Write(name, System.Text.Encoding.ASCII.GetBytes(content));

    public byte[] ReadBytes(string name) => File.ReadAllBytes(Path.Combine(_folder.FullName, name));

    public string Read(string name) => File.ReadAllText(Path.Combine(_folder.FullName, name));

    /// <summary>Runs a command, its words parted by spaces; the test is inconclusive where there is no openssl 3.</summary>
    public (bool Succeeded, string Output) Run(string command)
    {
        ProcessStartInfo start = new("openssl", command.Split(' '))
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        try
        {
            using Process process = Process.Start(start)!;
            process.StandardInput.Close();
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode == 0, output + errors.GetAwaiter().GetResult());
        }
        catch (Win32Exception e)
        {
            Assert.Inconclusive($"The openssl command is not here ({e.Message}): nothing was checked against it.");
            throw;
        }
    }

    /// <summary>Runs a command that must succeed.</summary>
    public string Make(string command)
    {
        (bool succeeded, string output) = Run(command);
        Assert.IsTrue(succeeded, $"openssl {command}: {output}");
        return output;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
