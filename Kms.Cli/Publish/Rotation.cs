using System.Collections.Immutable;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>
/// A change of the host's own key, in steps of which each may be repeated, and after each of which the host may be killed: the state is in the
/// files and in the zone. The old record ends in the very second in which the new one begins, so that at every time one key counts,
/// no attestation of the old key outlives the change, and MACs go on.
/// </summary>
/// <param name="folder">The host's folder.</param>
/// <param name="settings">Its settings.</param>
/// <param name="environment">The network and the time.</param>
internal sealed class Rotation(HostFolder folder, HostSettings settings, CommandEnvironment environment)
{
    /// <summary>How long the zone has both records, at least, before the host changes: its KMS reads them again within 5 s (<c>keyRefresh</c>).</summary>
    public static readonly TimeSpan Lead = TimeSpan.FromSeconds(10);

    private readonly RotationFile _file = RotationFile.In(folder);
    private readonly string _keyFile = folder.FileOf(settings.PrivateKey);

    /// <summary>The file of the next key.</summary>
    public string NextKeyFile => Path.ChangeExtension(_keyFile, ".next" + Path.GetExtension(_keyFile));

    private DateTimeOffset Now => environment.Time.GetUtcNow();

    /// <summary>How far it is.</summary>
    public (RotationStage Stage, RotationPlan? Plan) Look()
    {
        if (_file.Read() is not { } plan) return (RotationStage.None, null);
        PublicKey present = PresentKey();
        return present.Equals(plan.OldKey) || present.Equals(plan.NewKey) ? (plan.StageFor(present), plan)
            : throw new ConfigurationException($"{_keyFile} is neither the old nor the new key of the change that is under way. Put the right file back.");
    }

    /// <summary>Begins: makes the next key, and writes down what is to be done. Nothing is published yet.</summary>
    public void Plan(DateTimeOffset at)
    {
        // A next key without a plan is left from a beginning that was cut short.
        if (!File.Exists(NextKeyFile)) PrivateKeyFile.Make(NextKeyFile);
        _file.Write(new RotationPlan(UnixTime.Floor(at), PresentKey(), NextKey(), IsPublished: false));
    }

    /// <summary>Does the step that comes next, which is due.</summary>
    public Task StepAsync(RotationStage stage, RotationPlan plan, KeyZone zone, CancellationToken cancellationToken) => stage switch
    {
        RotationStage.Planned => PublishAsync(plan, zone, cancellationToken),
        RotationStage.Published => SwitchAsync(plan, zone, cancellationToken),
        RotationStage.Switched => FinishAsync(plan, zone, cancellationToken),
        _ => Task.CompletedTask,
    };

    /// <summary>Takes it back, as long as the host still uses the old key.</summary>
    public async Task CancelAsync(RotationPlan plan, KeyZone zone, CancellationToken cancellationToken)
    {
        ImmutableArray<StandingKey> standing = await zone.ReadAsync(cancellationToken);
        // Both records come in one update: without the new one, the old one stands as it did.
        if (standing.Any(one => one.Record.Use.IsIdentity && one.Record.Key.Equals(plan.NewKey)))
            await zone.SetAsync(standing, record => IsConcerned(record, plan), [new KeyRecord(settings.Name, Use.Identity, plan.OldKey, null, null)], cancellationToken);
        _file.Delete();
        File.Delete(NextKeyFile);
    }

    private async Task PublishAsync(RotationPlan plan, KeyZone zone, CancellationToken cancellationToken)
    {
        if (!NextKey().Equals(plan.NewKey)) throw new ConfigurationException($"{NextKeyFile} is not the key that was planned. Put the right file back, or take the change back with --cancel.");
        ImmutableArray<StandingKey> standing = await zone.ReadAsync(cancellationToken);
        if (!standing.Any(one => one.Record == Next(plan)))
        {
            KeyRecord old = standing.Select(one => one.Record).FirstOrDefault(record => record.Use.IsIdentity && record.Key.Equals(plan.OldKey) && record.IsValidAt(Now))
                ?? throw new ConfigurationException($"The present key of this host does not stand at {zone.Owner}, or does not count: publish it with 'kms enroll' first.");
            if (plan.At < Now + Lead) _file.Write(plan = plan with { At = UnixTime.Floor(Now + Lead) + TimeSpan.FromSeconds(1) });
            await zone.SetAsync(standing, record => IsConcerned(record, plan), [old with { Expires = plan.At }, Next(plan)], cancellationToken);
        }
        _file.Write(plan with { IsPublished = true });
    }

    private async Task SwitchAsync(RotationPlan plan, KeyZone zone, CancellationToken cancellationToken)
    {
        if (!NextKey().Equals(plan.NewKey)) throw new ConfigurationException($"{NextKeyFile} is not the key that was published. Put the right file back, or take the change back with --cancel.");
        if (!(await zone.ReadAsync(cancellationToken)).Any(one => one.Record == Next(plan)))
            throw new ZoneServerException($"The record of the new key has gone from {zone.Owner}: the old key stays in use. Take the change back with --cancel and begin anew.");
        await SeeAtKmsAsync(plan, zone, cancellationToken);
        File.Move(NextKeyFile, _keyFile, overwrite: true);
    }

    private async Task FinishAsync(RotationPlan plan, KeyZone zone, CancellationToken cancellationToken)
    {
        ImmutableArray<StandingKey> standing = await zone.ReadAsync(cancellationToken);
        await zone.SetAsync(standing, record => record.Use.IsIdentity && record.Key.Equals(plan.OldKey), [], cancellationToken);
        _file.Delete();
    }

    /// <summary>Where the KMS is another server than the one that took the update, it may lag behind, and would not know what the new key signs.</summary>
    private async Task SeeAtKmsAsync(RotationPlan plan, KeyZone zone, CancellationToken cancellationToken)
    {
        if (settings.Kms is not { } kms || kms.Addresses.Contains(zone.Server.Address) || ZoneServerOptions.PlainAddressOf(settings) is not { } address) return;
        DnsMessage question = new() { Questions = [new DnsQuestion(zone.Owner, DnsType.Txt)], Edns = new Edns() };
        DnsExchangeResult result = await new DnsExchange(environment.Wire, environment.Time).AskAsync(
            address, question, ExchangeSchedule.Host, ZoneServer.IsAuthoritative, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        if (!result.IsAnswered || !ZoneServer.KeysIn(result.Response, zone.Owner).Any(one => one.Record == Next(plan)))
            throw new ZoneServerException($"The KMS {kms.Name} at {address} does not show the record of the new key yet: the old key stays in use. Run the command again when its zone has been transferred.");
    }

    private KeyRecord Next(RotationPlan plan) => new(settings.Name, Use.Identity, plan.NewKey, plan.At, null);

    private static bool IsConcerned(KeyRecord record, RotationPlan plan) => record.Use.IsIdentity && (record.Key.Equals(plan.OldKey) || record.Key.Equals(plan.NewKey));

    private PublicKey PresentKey()
    {
        using SigningKey key = folder.ReadPrivateKey(settings.PrivateKey);
        return key.PublicKey;
    }

    private PublicKey NextKey()
    {
        using SigningKey key = folder.ReadPrivateKey(NextKeyFile);
        return key.PublicKey;
    }
}
