using System.Net;
using Kms.Benchmarks;
using Kms.Lab;
using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>A hierarchy in this process, as the benchmarks see one.</summary>
/// <param name="hierarchy">The hierarchy.</param>
/// <param name="change">What is published in place of a record; null: the record itself.</param>
internal sealed class HierarchyTarget(Hierarchy hierarchy, Func<KeyRecord, KeyRecord>? change = null) : ITarget
{
    public string Title => "a hierarchy in this process";

    public Asked Asked { get; } = new(
        hierarchy.KmsOfA.Name, hierarchy.KmsOfA.Domain, hierarchy.KmsOfA.Endpoint, hierarchy.KmsOfA.Key.PublicKey, hierarchy.Top.Name, hierarchy.Top.Domain,
        hierarchy.Top.Key.PublicKey, hierarchy.KmsOfB.Domain);

    public ProcessUse Use { get; } = new(Environment.ProcessId);

    public Task MoveUpperAsync(IPEndPoint? address) => hierarchy.MoveUpperOfAAsync(address);

    public Task PublishAsync(IReadOnlyCollection<KeyRecord> records)
    {
        foreach (KeyRecord record in records)
            (record.Name.IsHeldBy(hierarchy.KmsOfA.Domain) ? hierarchy.KmsOfA : hierarchy.KmsOfB).Zone.Publish(change?.Invoke(record) ?? record);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
