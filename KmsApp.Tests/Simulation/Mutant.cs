using System.Reflection;
using System.Reflection.Emit;

namespace KmsApp.Tests.Simulation;

/// <summary>A planted fault: a rule of the tested code that is taken out by giving a method another body.</summary>
/// <param name="Name">The rule, in words.</param>
/// <param name="Type">The full name of the type.</param>
/// <param name="Method">The method; <c>name(FirstParameter)</c> where several have the name.</param>
/// <param name="Body">Makes the new body of the method.</param>
internal sealed record Mutant(string Name, string Type, string Method, Func<MethodInfo, byte[]> Body)
{
    /// <summary>A second method that is part of the same rule.</summary>
    public Mutant? And { get; init; }

    /// <summary>How many seeds are passed over: a fault that few seeds notice is looked for where one does.</summary>
    public int Skipped { get; init; }

    public static byte[] True(MethodInfo method) => Constant(method, typeof(bool), 1);

    public static byte[] Null(MethodInfo method) => !method.ReturnType.IsValueType
        ? [(byte)OpCodes.Ldnull.Value, (byte)OpCodes.Ret.Value]
        : throw new InvalidOperationException($"{method} does not return a reference.");

    public static byte[] False(MethodInfo method) => Constant(method, typeof(bool), 0);

    /// <summary>The body that returns a constant of an enumeration.</summary>
    public static Func<MethodInfo, byte[]> Value(Enum value) =>
        method => Constant(method, value.GetType(), Convert.ToByte(value, System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>The method, or an exception that says that it is gone: then the mutant is to be written anew.</summary>
    public MethodInfo Find(Assembly assembly)
    {
        Type type = assembly.GetType(Type) ?? throw new InvalidOperationException($"The mutant '{Name}' needs {Type}, which no longer exists.");
        string name = Method.Split('(')[0];
        MethodInfo[] found = [.. type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(method => method.Name == name && (name == Method || $"{name}({method.GetParameters()[0].ParameterType.Name})" == Method))];
        return found is [var only] ? only : throw new InvalidOperationException($"The mutant '{Name}' needs one {Type}.{Method}, and there are {found.Length}.");
    }

    private static byte[] Constant(MethodInfo method, Type type, byte value) => method.ReturnType == type
        ? [(byte)OpCodes.Ldc_I4_S.Value, value, (byte)OpCodes.Ret.Value]
        : throw new InvalidOperationException($"{method} does not return {type.Name}.");
}
