using System.Collections.Immutable;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>The key records of one host, where its zone is kept.</summary>
/// <param name="server">The server.</param>
/// <param name="name">The host.</param>
/// <param name="zone">The zone; null: the server is asked.</param>
/// <param name="ttl">The time to live of records that are added, in seconds.</param>
internal sealed class KeyZone(ZoneServer server, DomainName name, string? zone, uint ttl)
{
    private string? _zone = zone;

    public ZoneServer Server { get; } = server;

    /// <summary>The name at which the records are.</summary>
    public string Owner { get; } = KeyRecord.OwnerOf(name);

    /// <summary>The zone, where it is known by now.</summary>
    public string? Zone => _zone;

    /// <summary>The records that stand: those of this host's name alone.</summary>
    public async Task<ImmutableArray<StandingKey>> ReadAsync(CancellationToken cancellationToken) =>
        [.. (await Server.ReadAsync(Owner, cancellationToken)).Where(standing => standing.Record.Name == name)];

    /// <summary>
    /// Makes the records of some keys be exactly the wanted ones, in one step, and reads them back. Records of other keys stay.
    /// </summary>
    /// <param name="standing">What stands, as it was just read.</param>
    /// <param name="concerned">Which of them may go.</param>
    /// <param name="wanted">What is to stand in their place.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What stands then.</returns>
    /// <exception cref="ZoneServerException">The server refused, or does not have what it took.</exception>
    public async Task<ImmutableArray<StandingKey>> SetAsync(ImmutableArray<StandingKey> standing, Func<KeyRecord, bool> concerned, IReadOnlyList<KeyRecord> wanted, CancellationToken cancellationToken)
    {
        _zone ??= await Server.FindZoneAsync(Owner, cancellationToken);
        DynamicUpdate update = new(_zone, Owner, ttl)
        {
            Removed = [.. standing.Where(one => concerned(one.Record) && !wanted.Contains(one.Record))],
            Added = [.. wanted.Where(record => !standing.Any(one => one.Record == record))],
        };
        if (update is { Removed: [], Added: [] }) return standing;

        await Server.UpdateAsync(update, cancellationToken);

        ImmutableArray<StandingKey> after = await ReadAsync(cancellationToken);
        bool stands = wanted.All(record => after.Any(one => one.Record == record)) && !update.Removed.Any(gone => after.Any(one => one.Record == gone.Record));
        return stands ? after : throw new ZoneServerException($"The server {Server.Address} took the change of {Owner}, but does not show it. Is it a primary server of the zone {_zone}?");
    }
}
