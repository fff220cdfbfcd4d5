namespace Kms.Server;

/// <summary>A request that is genuine: what answers it, in its own time.</summary>
/// <param name="Response">Completes with the response, within <c>answerTimeout</c>; never fails.</param>
public sealed record Admission(Task<Response> Response);
