using System.Text.Json;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>Where a host keeps what it needs to go on with a change of its key: the plan, beside its settings.</summary>
internal sealed class RotationFile
{
    private readonly string _path;

    private RotationFile(HostFolder folder) => _path = folder.FileOf("rotation.json");

    public static RotationFile In(HostFolder folder) => new(folder);

    /// <summary>The plan, or null where no change is under way.</summary>
    /// <exception cref="ConfigurationException">The file is there, and holds something else.</exception>
    public RotationPlan? Read()
    {
        try
        {
            using FileStream file = File.OpenRead(_path);
            RotationDocument document = JsonSerializer.Deserialize(file, RotationJson.Default.RotationDocument) ?? throw new FormatException("it holds null");
            return new RotationPlan(DateTimeOffset.FromUnixTimeSeconds(document.At), PublicKey.Parse(document.OldKey), PublicKey.Parse(document.NewKey), document.Published);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentOutOfRangeException)
        {
            throw new ConfigurationException($"{_path} is damaged: {e.Message} It says which keys are being changed. Look at the zone, and take the file away to begin anew.");
        }
    }

    /// <summary>Writes the plan: who reads it sees the old one or the new one.</summary>
    public void Write(RotationPlan plan) => WholeFile.Replace(_path, file => JsonSerializer.Serialize(
        file, new RotationDocument(plan.At.ToUnixTimeSeconds(), plan.OldKey.ToString(), plan.NewKey.ToString(), plan.IsPublished), RotationJson.Default.RotationDocument));

    public void Delete() => File.Delete(_path);
}
