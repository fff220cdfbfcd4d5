using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;
using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Simulation;

/// <summary>Bodies for planted faults that are more than a constant. What they call, the tested code calls somewhere too: there its token is found.</summary>
internal static class MutantBody
{
    /// <summary>Finds the inquiry to which a delivery belongs by its question, whatever its id.</summary>
    public static byte[] ByQuestion(MethodInfo method)
    {
        FieldInfo pendings = FieldOf(method, field => field.FieldType == typeof(PendingInquiries));
        MethodInfo find = pendings.FieldType.GetMethod(nameof(PendingInquiries.Find), [typeof(KeyQuestion)])!;
        return
        [
            (byte)OpCodes.Ldarg_0.Value, (byte)OpCodes.Ldfld.Value, .. Token(pendings.MetadataToken),
            (byte)OpCodes.Ldarg_1.Value, (byte)OpCodes.Callvirt.Value, .. Token(CallIn(method, "get_Question", typeof(Request)).Token),
            (byte)OpCodes.Callvirt.Value, .. Token(find.MetadataToken), (byte)OpCodes.Ret.Value,
        ];
    }

    /// <summary>The opposite of what another method says of the same argument.</summary>
    public static Func<MethodInfo, byte[]> Not(string other) => method =>
    [
        (byte)OpCodes.Ldarg_0.Value, (byte)OpCodes.Ldarg_1.Value, (byte)OpCodes.Call.Value, .. Token(Of(method.DeclaringType!, other).MetadataToken),
        (byte)OpCodes.Ldc_I4_0.Value, .. Bytes(OpCodes.Ceq), (byte)OpCodes.Ret.Value,
    ];

    /// <summary>Whether another method returns an object for the same argument.</summary>
    public static Func<MethodInfo, byte[]> Has(string other) => method =>
    [
        (byte)OpCodes.Ldarg_0.Value, (byte)OpCodes.Ldarg_1.Value, (byte)OpCodes.Call.Value, .. Token(Of(method.DeclaringType!, other).MetadataToken),
        (byte)OpCodes.Ldnull.Value, .. Bytes(OpCodes.Cgt_Un), (byte)OpCodes.Ret.Value,
    ];

    /// <summary>A call with the first argument on what a field holds, as another method of the type makes it.</summary>
    public static Func<MethodInfo, byte[]> OnField(string field, string called, string caller) => method =>
    [
        (byte)OpCodes.Ldarg_0.Value, (byte)OpCodes.Ldfld.Value, .. Token(FieldOf(method, f => f.Name == field).MetadataToken),
        (byte)OpCodes.Ldarg_1.Value, (byte)OpCodes.Callvirt.Value, .. Token(CallIn(Of(method.DeclaringType!, caller), called).Token), (byte)OpCodes.Ret.Value,
    ];

    /// <summary>The value of a static field that another method reads.</summary>
    public static Func<MethodInfo, byte[]> StaticField(string field, string type, string reader) => method =>
    {
        MethodInfo reading = Of(method.Module.Assembly.GetType(type)!, reader);
        byte[] body = reading.GetMethodBody()!.GetILAsByteArray()!;
        for (int i = 0; i + 4 < body.Length; i++)
        {
            if (body[i] == OpCodes.Ldsfld.Value && Resolve(method.Module, BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(i + 1)))?.Name == field) return [.. body.AsSpan(i, 5), (byte)OpCodes.Ret.Value];
        }
        throw new InvalidOperationException($"{reader} does not read {field}.");
    };

    /// <summary>The method as it is, but the result of its first comparison of that kind is decided.</summary>
    public static Func<MethodInfo, byte[]> Decided(string comparison, bool result) => method =>
    {
        byte[] body = method.GetMethodBody()!.GetILAsByteArray()!;
        byte[] decided = [(byte)OpCodes.Pop.Value, (byte)OpCodes.Pop.Value, (byte)(result ? OpCodes.Ldc_I4_1 : OpCodes.Ldc_I4_0).Value, (byte)OpCodes.Nop.Value, (byte)OpCodes.Nop.Value];
        decided.CopyTo(body, CallIn(method, comparison).At);
        return body;
    };

    /// <summary>The first call of a method of that name, and of a type where one is named: where it stands, and the token of the method.</summary>
    private static (int At, int Token) CallIn(MethodInfo method, string name, Type? type = null)
    {
        byte[] body = method.GetMethodBody()!.GetILAsByteArray()!;
        for (int i = 0; i + 4 < body.Length; i++)
        {
            if (body[i] != OpCodes.Callvirt.Value && body[i] != OpCodes.Call.Value) continue;
            int token = BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(i + 1));
            if (Resolve(method.Module, token) is { } called && called.Name == name && (type is null || called.DeclaringType == type)) return (i, token);
        }
        throw new InvalidOperationException($"{method.Name} does not call {name}.");
    }

    /// <summary>What a token refers to; null where it is no token of a member.</summary>
    private static MemberInfo? Resolve(Module module, int token)
    {
        try
        {
            return module.ResolveMember(token);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static FieldInfo FieldOf(MethodInfo method, Predicate<FieldInfo> predicate) =>
        Array.Find(method.DeclaringType!.GetFields(BindingFlags.Instance | BindingFlags.NonPublic), predicate) ?? throw new InvalidOperationException($"A field for {method} is gone.");

    private static MethodInfo Of(Type type, string method) =>
        type.GetMethod(method, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static) ?? throw new InvalidOperationException($"{type} has no {method}.");

    /// <summary>An operation of two bytes.</summary>
    private static byte[] Bytes(OpCode code) => [0xFE, (byte)(code.Value & 0xFF)];

    private static byte[] Token(int token)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, token);
        return bytes;
    }
}
