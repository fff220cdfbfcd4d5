using System.Text.Json;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>The folder that holds what a host knows from the start (26 in the seed's Fig. 2): <c>kms.json</c>, its private key, its key table.</summary>
/// <param name="path">The folder's full path.</param>
internal sealed class HostFolder(string path)
{
    /// <summary>The variable that names the folder.</summary>
    public const string Variable = "KMS_CONFIG";

    /// <summary>The name of the settings' file.</summary>
    public const string SettingsName = "kms.json";

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    public string Path { get; } = path;

    /// <summary>The file of the settings.</summary>
    public string SettingsFile => FileOf(SettingsName);

    /// <summary>Finds the folder: as named on the command line, as named by the environment, the user's own, the machine's.</summary>
    public static HostFolder Find(string? named, CommandEnvironment environment)
    {
        string? chosen = named ?? environment.Variable(Variable);
        if (!string.IsNullOrEmpty(chosen)) return new HostFolder(System.IO.Path.GetFullPath(chosen));
        string own = System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "kms");
        string machine = OperatingSystem.IsWindows()
            ? System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "kms")
            : "/etc/kms";
        return new HostFolder(File.Exists(System.IO.Path.Combine(own, SettingsName)) || !Directory.Exists(machine) ? own : machine);
    }

    /// <summary>A file that the settings name: relative ones are in this folder.</summary>
    public string FileOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Reads the settings.</summary>
    /// <exception cref="ConfigurationException">There are none, or they cannot be used; the message says where and what would be right.</exception>
    public HostSettings ReadSettings()
    {
        try
        {
            using FileStream file = File.OpenRead(SettingsFile);
            return HostSettings.Read(file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ConfigurationException($"There is no {SettingsFile}. Make it with 'kms init', or name another folder with --config.");
        }
        catch (JsonException e)
        {
            throw new ConfigurationException($"{SettingsFile}, line {e.LineNumber + 1}: {e.Message}");
        }
        catch (FormatException e)
        {
            throw new ConfigurationException($"{SettingsFile}: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{SettingsFile} cannot be read: {e.Message}");
        }
    }

    /// <summary>Writes the settings: a reader sees the old ones or the new ones, never half of them.</summary>
    public void WriteSettings(HostSettings settings) => WholeFile.Replace(SettingsFile, settings.Write);

    /// <summary>Reads a private key.</summary>
    /// <param name="name">The file, as the settings name it.</param>
    /// <exception cref="ConfigurationException">It is missing, or no key that signs.</exception>
    public SigningKey ReadPrivateKey(string name)
    {
        string file = FileOf(name);
        try
        {
            return new KeyImporter(null).ImportPem(File.ReadAllText(file));
        }
        catch (System.Security.Cryptography.CryptographicException e)
        {
            throw new ConfigurationException($"{file}: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"The host's private key cannot be read: {e.Message}");
        }
    }

    /// <summary>What is wrong with the mode of a private key's file, for people; null where nothing is.</summary>
    /// <param name="name">The file, as the settings name it.</param>
    public string? FaultOfMode(string name)
    {
        string file = FileOf(name);
        return !OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & Others) != 0
            ? $"the private key {file} can be read or written by others than its owner; put that right by chmod 600."
            : null;
    }
}
