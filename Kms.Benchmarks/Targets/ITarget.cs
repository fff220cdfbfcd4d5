using System.Net;
using Kms.Protocol;

namespace Kms.Benchmarks;

/// <summary>A hierarchy of key servers, in processes of their own, that a load is sent to.</summary>
internal interface ITarget : IAsyncDisposable
{
    /// <summary>What it is, for people.</summary>
    string Title { get; }

    /// <summary>Whom the load asks.</summary>
    Asked Asked { get; }

    /// <summary>Processor time and memory of its processes.</summary>
    ProcessUse Use { get; }

    /// <summary>Tells the asked KMS that its upper KMS, with the key that it has, is elsewhere.</summary>
    /// <param name="address">Where; null: where it is.</param>
    Task MoveUpperAsync(IPEndPoint? address);

    /// <summary>Publishes the keys of hosts in the zones that hold their names.</summary>
    Task PublishAsync(IReadOnlyCollection<KeyRecord> records);
}
