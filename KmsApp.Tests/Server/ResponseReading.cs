using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Server;

/// <summary>What tests read from responses.</summary>
internal static class ResponseReading
{
    /// <summary>The answer and its attestation.</summary>
    public static (Answer Answer, Attestation Attestation) Attested(this Response response)
    {
        Assert.AreEqual(ResponseKind.Records, response.Kind);
        Assert.HasCount(2, response.Messages);
        Answer answer = (Answer)response.Messages[0].Message;
        Assert.AreEqual(response.Messages[1].Digest, answer.Of);
        return (answer, (Attestation)response.Messages[1].Message);
    }

    /// <summary>The refusal.</summary>
    public static Unsolved Unsolved(this Response response)
    {
        Assert.AreEqual(ResponseKind.Records, response.Kind);
        return (Unsolved)response.Messages.Single().Message;
    }

    /// <summary>Whether the response acknowledges a request.</summary>
    public static bool Acknowledges(this Response response, MessageText request) =>
        response.Messages is [{ Message: Acknowledgement { Of: var of } }] && of == request.Digest;
}
