using System.Net;

namespace Kms.Server;

/// <summary>Where a request came from.</summary>
/// <param name="Source">Its source address and port.</param>
/// <param name="Carrier">What carried it.</param>
internal readonly record struct Origin(IPEndPoint Source, Carrier Carrier);
