using Kms.Protocol;

namespace KmsApp.Tests.Simulation;

/// <summary>The keys of hosts in the zones of their KMSs, and when each came and went.</summary>
internal sealed class Zones(World world)
{
    /// <summary>Puts a key in place of whatever is there for that use.</summary>
    /// <param name="host">The host.</param>
    /// <param name="use">The use.</param>
    /// <param name="key">The key.</param>
    /// <param name="begins">From when on it counts; null: at once.</param>
    /// <param name="ends">When it no longer counts; null: never.</param>
    public void Publish(SimulatedHost host, Use use, PublicKey key, DateTimeOffset? begins = null, DateTimeOffset? ends = null)
    {
        RemoveAll(host, use);
        Add(new KeyRecord(host.Name, use, key, begins, ends), host);
    }

    /// <summary>Takes away whatever is there for a use.</summary>
    public void Remove(SimulatedHost host, Use use)
    {
        world.Log.Add($"{host.Name} has no key for {use} any more");
        RemoveAll(host, use);
    }

    /// <summary>Puts a successor beside the key that has no end yet, and gives that one an end.</summary>
    public void RollOver(SimulatedHost host, PublicKey successor, DateTimeOffset begins, DateTimeOffset ends)
    {
        List<KeyRecord> present = Of(host).FindAll(record => record.Use.IsIdentity && record.Expires is null);
        RemoveAll(host, Use.Identity);
        foreach (KeyRecord record in present) Add(record with { Expires = ends }, host);
        Add(new KeyRecord(host.Name, Use.Identity, successor, begins, null), host);
    }

    /// <summary>Whether a host has a key for a use that does not end.</summary>
    public bool Has(SimulatedHost host, Use use) => Of(host).Exists(record => record.Use == use && record.Expires is null);

    /// <summary>Whether a host has that key for a use.</summary>
    public bool Holds(SimulatedHost host, Use use, PublicKey key) => Of(host).Exists(record => record.Use == use && record.Key.Equals(key));

    private static List<KeyRecord> Of(SimulatedHost host)
    {
        if (!host.Kms.Zone.TryGetValue(host.Name, out List<KeyRecord>? records)) host.Kms.Zone[host.Name] = records = [];
        return records;
    }

    private void Add(KeyRecord record, SimulatedHost host)
    {
        Of(host).Add(record);
        world.Truth.Published(record);
        world.Log.Add($"{host.Name} has the key {record.Key.Fingerprint} for {record.Use} from {record.NotBefore:u} to {record.Expires:u}");
    }

    private void RemoveAll(SimulatedHost host, Use use)
    {
        foreach (KeyRecord record in Of(host).FindAll(record => record.Use == use)) world.Truth.Withdrew(record);
        Of(host).RemoveAll(record => record.Use == use);
    }
}
