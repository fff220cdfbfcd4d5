using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;
using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Simulation;

/// <summary>The planted faults: for each rule on which safety rests, the code without it.</summary>
internal static class Mutants
{
    public static readonly IReadOnlyList<Mutant> All =
    [
        new("the bailiwick is not checked", "Kms.Server.Routing", "IsInBailiwick", Mutant.True),
        new("the id of a delivery is not compared", "Kms.Server.Deliveries", "FindOwn", ByQuestion),
        new("nothing is remembered against replay", "Kms.Server.ReplayMemory", "Look", Mutant.Value(ReplayVerdict.New))
        {
            And = new("", "Kms.Server.ReplayMemory", "Enter", Mutant.Value(ReplayVerdict.New)),
        },
        new("'at' is not compared with the mark", "Kms.Client.KeyMark", "Admits", Mutant.True) { Skipped = 580 },
        new("an answer need not bind its attestation", "Kms.Client.ResponseChecks", "Binds", Mutant.True),
        new("a delivery need not bind its attestation", "Kms.Server.DeliveryRoutine", "Binds", Mutant.True),
        new("who put a key up takes another one", "Kms.Server.PendingInquiry", "MayEndWith", Mutant.True),
        new("the receiver is not compared", "Kms.Server.Reception", "IsMeantFor", Mutant.True),
        new("old and early messages are taken", "Kms.Server.Reception", "IsTimely", Mutant.True),
        new("what may have been forgotten is taken", "Kms.Server.ReplayMemory", "MayHaveForgotten", Mutant.False),
        new("the seal of a neighbour is not checked", "Kms.Server.Neighbour", "HasSealed", Mutant.True),
        new("the seal of a host is not checked", "Kms.Server.Reception", "IsFromHost", Mutant.True),
        new("a KMS takes attestations that have ended", "Kms.Server.DeliveryRoutine", "IsGood", Mutant.True),
        new("deliveries go wherever they are asked for", "Kms.Server.ReplyRules", "Allow", Mutant.True),
        new("a KMS gives out keys that its zone no longer has", "Kms.Server.InquiryRoutine", "IsOf", Mutant.True),
        new("what a replaced key of an anchor signed counts at a KMS", "Kms.Server.KeyServerConfiguration", "Trusts", Mutant.True),
        new("what a replaced key of an anchor signed counts at a host", "Kms.Client.Anchor", "Has", Mutant.True),
        new("a host does not check who answers", "Kms.Client.KmsPeer", "HasWritten", Mutant.True),
        new("a host does not check what an answer is for, and when", "Kms.Client.ResponseChecks", "FaultOfSealed", Mutant.Null),
        new("a host does not check what an attestation is for, and when", "Kms.Client.ResponseChecks", "FaultOf(Attestation)", Mutant.Null),
        new("'has no key' is believed of a name that had one", "Kms.Client.KeyTable", "HasMark", Mutant.False),
        new("signatures are not checked", "Kms.Protocol.P256VerificationKey", "Verify", Mutant.True),
        new("MACs are not checked", "Kms.Protocol.PairwiseKey", "Verify", Mutant.True),
    ];

    /// <summary>A body that finds the inquiry to which a delivery belongs by its question, whatever its id.</summary>
    private static byte[] ByQuestion(MethodInfo method)
    {
        Type owner = method.DeclaringType!;
        FieldInfo pendings = owner.GetFields(BindingFlags.Instance | BindingFlags.NonPublic).Single(field => field.FieldType.Name == nameof(PendingInquiries));
        MethodInfo find = pendings.FieldType.GetMethod(nameof(PendingInquiries.Find), [typeof(KeyQuestion)])!;
        return
        [
            (byte)OpCodes.Ldarg_0.Value, (byte)OpCodes.Ldfld.Value, .. Token(pendings.MetadataToken),
            (byte)OpCodes.Ldarg_1.Value, (byte)OpCodes.Callvirt.Value, .. Token(CalledBy(method, "get_Question")),
            (byte)OpCodes.Callvirt.Value, .. Token(find.MetadataToken), (byte)OpCodes.Ret.Value,
        ];
    }

    /// <summary>The token by which a method calls another of that name on a request.</summary>
    private static int CalledBy(MethodInfo method, string name)
    {
        byte[] body = method.GetMethodBody()!.GetILAsByteArray()!;
        for (int i = 0; i + 4 < body.Length; i++)
        {
            if (body[i] != OpCodes.Callvirt.Value) continue;
            int token = BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(i + 1));
            if (method.Module.ResolveMethod(token) is { } called && called.Name == name && called.DeclaringType == typeof(Request)) return token;
        }
        throw new InvalidOperationException($"{method.Name} does not call {name}.");
    }

    private static byte[] Token(int token)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, token);
        return bytes;
    }
}
